"""Requests and answers between the core and its sides: large arrays go through shared memory, not through the socket.

A socket copies every byte several times and in small pieces. Here the sender writes the arrays of a message into a
nameless file in memory, and the receiver maps it: its arrays are that memory. Once it has dropped them all, the sender
writes another message there: memory that a process has already is many times as fast as new pages of the system's.
"""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

LARGE = 1 << 16
"""Bytes from which an array is worth a place in a file."""
ALIGNED = 64
HEAD = ALIGNED
"""Bytes in front of the arrays; the first one tells whether the receiver still holds any of them."""
HELD, DROPPED = b"\1", b"\0"
IDLE_BYTES = 1 << 30
"""What may lie in files that nobody holds; the largest of them go first."""


class Channel:
    """One end of a socket that both processes hold, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._connection = Connection(descriptor)
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._count = 0
        self._written: list[_File] = []
        self._received: dict[int, _File] = {}

    def send(self, message: Any) -> None:
        """Pickle ``message``; an array may not change before this returns.

        Raises:
            OSError: the other end is gone.
        """
        parts: list[memoryview] = []
        head = pickle.dumps(message, protocol=5, buffer_callback=lambda each: _kept_inside(each, parts))
        if not parts:
            self._connection.send_bytes(pickle.dumps((head, [], None, False, [])))
            return
        forgotten = self._forget_idle()
        file, new = self._with_room(HEAD + sum(_places(part.nbytes) for part in parts))
        file.write(parts)
        sizes = [part.nbytes for part in parts]
        self._connection.send_bytes(pickle.dumps((head, sizes, file.number, new, forgotten)))
        if new:
            socket.send_fds(self._socket, [b"f"], [file.descriptor])

    def receive(self) -> Any:
        """The next message.

        Raises:
            EOFError, OSError: the other end is gone.
        """
        head, sizes, number, new, forgotten = pickle.loads(self._connection.recv_bytes())
        for each in forgotten:
            self._received.pop(each).close()
        if new:
            self._received[number] = self._accepted(number)
        return pickle.loads(head, buffers=self._received[number].views(sizes) if sizes else [])

    def close(self) -> None:
        """Let the other end see that nothing will follow; arrays that have arrived stay."""
        self._socket.close()
        self._connection.close()
        for file in (*self._written, *self._received.values()):
            file.close()
        self._written, self._received = [], {}

    def _with_room(self, size: int) -> tuple[_File, bool]:
        """The smallest file that is free and large enough, or a new one."""
        free = [file for file in self._written if file.size >= size and file.is_free()]
        if free:
            return min(free, key=lambda file: file.size), False
        self._count += 1
        self._written.append(_File(self._count, _file_in_memory(), size))
        os.ftruncate(self._written[-1].descriptor, size)
        return self._written[-1], True

    def _forget_idle(self) -> list[int]:
        """Give back what is more than a few messages need; the numbers of these files."""
        free = sorted((file for file in self._written if file.is_free()), key=lambda file: file.size)
        forgotten, idle = [], sum(file.size for file in free)
        while idle > IDLE_BYTES:
            file = free.pop()
            idle -= file.size
            file.close()
            self._written.remove(file)
            forgotten.append(file.number)
        return forgotten

    def _accepted(self, number: int) -> _File:
        told, descriptors, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not told:
            raise EOFError
        return _File(number, descriptors[0], os.fstat(descriptors[0]).st_size)


@dataclass
class _File:
    """Memory that both ends can reach, one message at a time."""

    number: int
    descriptor: int
    size: int
    closed: bool = False

    def is_free(self) -> bool:
        return os.pread(self.descriptor, 1, 0) == DROPPED

    def write(self, parts: Sequence[memoryview]) -> None:
        os.pwrite(self.descriptor, HELD, 0)
        begin = HEAD
        for part in parts:
            _write(self.descriptor, part, begin)
            begin += _places(part.nbytes)

    def views(self, sizes: Sequence[int]) -> list[memoryview]:
        """Views of one mapping; it goes when the last array does."""
        mapped = mmap.mmap(self.descriptor, self.size)
        weakref.finalize(mapped, self._drop).atexit = False
        whole, views, begin = memoryview(mapped), [], HEAD
        for size in sizes:
            views.append(whole[begin : begin + size])
            begin += _places(size)
        return views

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self.descriptor)

    def _drop(self) -> None:
        if not self.closed:
            os.pwrite(self.descriptor, DROPPED, 0)


def _kept_inside(buffer: pickle.PickleBuffer, parts: list[memoryview]) -> bool:
    """True leaves a small array in the message."""
    raw = buffer.raw()
    if raw.nbytes < LARGE:
        return True
    parts.append(raw)
    return False


def _places(size: int) -> int:
    """Bytes up to the next place at which an array may begin."""
    return size + -size % ALIGNED


def _file_in_memory() -> int:
    """The descriptor of a new file without a name; on disk where the system has none in memory."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("parity")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _write(descriptor: int, part: memoryview, begin: int) -> None:
    """All of it: one call writes 2 GB at most."""
    while part.nbytes:
        written = os.pwrite(descriptor, part, begin)
        part, begin = part[written:], begin + written
