"""Keep the memory that large tensors leave, for the next ones: new pages of the system's are slow to get."""

from __future__ import annotations

import ctypes
from contextlib import suppress

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
