"""Memory, handed out and looked through with less waste of it and of time. ``share`` is for programs, not for a library."""

import ctypes
import gc
import sys

# From glibc's malloc.h: (parameter, value). One arena for all threads; blocks of up to a gigabyte from it, and as much kept when
# they are given back: every batch asks for the same again.
_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1
_SETTINGS = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, 2**30), (_M_TRIM_THRESHOLD, 2**30))

# New objects after which Python looks for cycles among the youngest; its own figure is 700. The checks make few cycles and many
# objects, and the lexicons stay: looking through them again and again took a sixth of the checks' time.
_GC_NEW_OBJECTS = 50_000


def share() -> None:
    """Let all threads take memory from one place that keeps it (with glibc only), and Python seldom look for dead cycles.

    Each thread has an arena of its own otherwise, and what one gives back the others can't use: 400 articles through the
    embedded models took 347 MB, and grew, instead of 190. Large blocks would go back to the system after every step of a
    decoder and be asked for again: at opus-mt's size that was 1.3 million page faults and 4.9 s of the system's time for 32
    articles, instead of 0.2 million and 0.8 s, and one to three hundredths of the whole.
    """
    gc.set_threshold(_GC_NEW_OBJECTS)
    if sys.platform != "linux":
        return
    try:
        library = ctypes.CDLL(None)
        for parameter, value in _SETTINGS:
            library.mallopt(parameter, value)
    except (OSError, AttributeError):  # musl has no arenas
        return


def give_back() -> None:
    """Return to the system what is dead or free, in the middle of the heap too: at a window's end, the next asks for other sizes.

    Dead cycles wait for a search that ``share`` makes rare: without one here 1,000 articles took 354 MB instead of 338.
    """
    gc.collect()
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
