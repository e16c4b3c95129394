"""Keep the memory that large tensors leave, for the next ones: new pages of the system's are slow to get."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from functools import cache
from threading import Thread

BY_TENSOR = 32 << 20
"""Bytes up to which the C library serves from what it keeps; it takes no more than this."""
TUNABLES = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in {
        "hugetlb": 1,
        "arena_max": 1,
        "mmap_threshold": BY_TENSOR,
        "trim_threshold": 8 << 30,
    }.items()
)
"""For the environment of a process that is to be started, if its C library is glibc."""
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _ARENA_MAX = -3, -1, -8


def keep_what_is_freed() -> None:
    """The same for this process, where its C library has ``mallopt``."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, BY_TENSOR), (_TRIM_THRESHOLD, (1 << 31) - 1)):
            mallopt(option, value)


@cache
def fetch_ahead(size: int) -> None:
    """Have the C library hold ``size`` bytes for what comes, from a thread of its own; once, and where it keeps them.

    The system clears every page at its first use, which otherwise happens in the middle of the work, on its thread.
    """
    with suppress(OSError, AttributeError, ValueError):
        library = ctypes.CDLL(None)
        _ = library.mallopt
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        Thread(target=_touch, args=(library, min(size, free // 4)), daemon=True).start()


def _touch(library: ctypes.CDLL, size: int) -> None:
    piece = BY_TENSOR - (1 << 20)
    library.malloc.restype = ctypes.c_void_p
    taken = [ctypes.c_void_p(library.malloc(ctypes.c_size_t(piece))) for _ in range(size // piece)]
    for place in filter(None, taken):
        library.memset(place, 0, ctypes.c_size_t(piece))
    for place in taken:
        library.free(place)
