"""The threads that decode: one pool for the engines of a process, so that together they never use more cores than there are.

That holds for engines of one library: torch spreads a batch over all cores by itself, from a pool of one. A translator's and a
summariser's batches stand in one queue and run in the order they were handed in. Side by side, each with as many threads
as cores, the two took 1.05 times as long (24 articles, true sizes, two cores). Knows no model.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

_pools: dict[int, ThreadPoolExecutor] = {}
_lock = Lock()


def pool(workers: int) -> ThreadPoolExecutor:
    """Return the process' pool that runs ``workers`` batches at once: always the same for as many.

    Cores belong to the process, not to one ``Translator``. Threads start as they are needed and end with the process.
    """
    with _lock:
        if workers not in _pools:
            _pools[workers] = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="decode")
        return _pools[workers]
