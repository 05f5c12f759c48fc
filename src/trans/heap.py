"""How the C library hands out memory, told to waste less. For the process' own entry points, not for the library."""

import ctypes
import sys

# From glibc's malloc.h.
_M_ARENA_MAX = -8


def share() -> None:
    """Let all threads of this process take memory from one place; with glibc only, elsewhere nothing happens.

    Each thread has an arena of its own otherwise, and what one gives back the others can't use: 400 articles through the
    embedded models took 347 MB, and grew, instead of 190.
    """
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    except (OSError, AttributeError):  # musl has no arenas
        return
