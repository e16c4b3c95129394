"""Requests and answers between the core and its sides: large arrays go through shared memory, not through the socket.

A socket copies every byte several times and in small pieces. Here the sender writes the arrays of a message into
nameless files in memory, and the receiver maps them: its arrays are that memory. Memory that a process has already is
many times as fast as new pages of the system's, so a file whose arrays the receiver has dropped is written again, by
either end: only one of them has the word at a time.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import socket
import tempfile
import weakref
from collections.abc import Sequence
from functools import cached_property
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

LARGE = 1 << 16
"""Bytes from which an array is worth a place in a file."""
FILE_BYTES = 32 << 20
"""Of a file, at most; a larger array has one for itself."""
ALIGNED = 64
HEAD = ALIGNED
"""Bytes in front of the arrays; the first one tells whether a receiver still holds any of them."""
HELD, DROPPED = b"\1", b"\0"
IDLE_BYTES = 1 << 30
"""What may lie in files that nobody holds; the largest of them go first."""

Places = list[tuple[str, int, int]]
"""The name of a file, where an array begins there, and its bytes."""


class Channel:
    """One end of a socket that both processes hold, by its descriptor. The two ends speak in turn."""

    def __init__(self, descriptor: int) -> None:
        self._connection = Connection(descriptor)
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._names = (f"{os.getpid()}-{id(self)}-{number}" for number in count())
        self._files: dict[str, _File] = {}

    def send(self, message: Any) -> None:
        """Pickle ``message``; an array may not change before this returns.

        Raises:
            OSError: the other end is gone.
        """
        parts: list[memoryview] = []
        head = pickle.dumps(message, protocol=5, buffer_callback=lambda each: _kept_inside(each, parts))
        free = self._free() if parts else []
        forgotten = self._forget_idle(free)
        places, new = self._written(parts, free)
        self._connection.send_bytes(pickle.dumps((head, places, [file.name for file in new], forgotten)))
        for file in new:
            socket.send_fds(self._socket, [b"f"], [file.descriptor])

    def receive(self) -> Any:
        """The next message.

        Raises:
            EOFError, OSError: the other end is gone.
        """
        head, places, new, forgotten = pickle.loads(self._connection.recv_bytes())
        for name in forgotten:
            self._files.pop(name).close()
        for name in new:
            self._files[name] = self._accepted(name)
        return pickle.loads(head, buffers=self._views(places))

    def waits(self, seconds: float) -> bool:
        """Is a message there, or within this time?"""
        return self._connection.poll(seconds)

    def close(self) -> None:
        """Let the other end see that nothing will follow; arrays that have arrived stay."""
        self._socket.close()
        self._connection.close()
        for file in self._files.values():
            file.close()
        self._files = {}

    def _free(self) -> list[_File]:
        """Files that nobody holds, the smallest first."""
        return sorted((file for file in self._files.values() if file.is_free()), key=lambda file: file.size)

    def _written(self, parts: Sequence[memoryview], free: list[_File]) -> tuple[Places, list[_File]]:
        """Write ``parts`` one behind the other into as many files as that takes; says where, and which are new."""
        left = sum(_spaced(part) for part in parts)
        places: Places = []
        new: list[_File] = []
        file, end = None, 0
        for part in parts:
            if file is None or end + part.nbytes > file.size:
                file, end = self._with_room(HEAD + part.nbytes, HEAD + left, free, new), HEAD
            file.write(part, end)
            places.append((file.name, end, part.nbytes))
            end += _spaced(part)
            left -= _spaced(part)
        return places, new

    def _with_room(self, least: int, wanted: int, free: list[_File], new: list[_File]) -> _File:
        """The smallest of the ``free`` files with room for ``least`` bytes, or a ``new`` one; held from now on.

        Args:
            wanted: bytes of everything that is still to be written; what is little takes no large file, since the
                receiver may hold it for long.
        """
        size = max(least, min(wanted, FILE_BYTES))
        size = 1 << (size - 1).bit_length()  # so that the next message, which is never quite as long, fits too
        file = next((each for each in free if least <= each.size <= size), None)
        if file:
            free.remove(file)
        else:
            file = _File(next(self._names), _file_in_memory(), size)
            os.ftruncate(file.descriptor, file.size)
            self._files[file.name] = file
            new.append(file)
        file.hold()
        return file

    def _forget_idle(self, free: list[_File]) -> list[str]:
        """Give back what is more than a few messages need, out of ``free`` too; the names of these files."""
        forgotten, idle = [], sum(file.size for file in free)
        while idle > IDLE_BYTES:
            file = free.pop()
            idle -= file.size
            self._files.pop(file.name).close()
            forgotten.append(file.name)
        return forgotten

    def _accepted(self, name: str) -> _File:
        told, descriptors, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not told:
            raise EOFError
        return _File(name, descriptors[0], os.fstat(descriptors[0]).st_size)

    def _views(self, places: Places) -> list[memoryview]:
        """The arrays' memory; a file may be written again when the last view of it is gone."""
        whole = {name: self._files[name].held() for name in {name for name, _, _ in places}}
        return [whole[name][begin : begin + size] for name, begin, size in places]


class _File:
    """Memory that both ends can reach; it belongs to one message at a time."""

    def __init__(self, name: str, descriptor: int, size: int) -> None:
        self.name, self.descriptor, self.size = name, descriptor, size
        self._closed = False

    def is_free(self) -> bool:
        return os.pread(self.descriptor, 1, 0) == DROPPED

    def hold(self) -> None:
        os.pwrite(self.descriptor, HELD, 0)

    def write(self, part: memoryview, begin: int) -> None:
        """All of it: one call writes 2 GB at most."""
        while part.nbytes:
            written = os.pwrite(self.descriptor, part, begin)
            part, begin = part[written:], begin + written

    def held(self) -> memoryview:
        """The whole file; when the last part of this view is gone, the file is free."""
        holder = (ctypes.c_char * self.size).from_buffer(self._mapped)
        weakref.finalize(holder, self._drop).atexit = False
        return memoryview(holder).cast("B")

    def close(self) -> None:
        """Arrays in it stay; the memory goes with the last of them."""
        if not self._closed:
            self._closed = True
            os.close(self.descriptor)
            self.__dict__.pop("_mapped", None)

    @cached_property
    def _mapped(self) -> mmap.mmap:
        """Mapped once: the system enters each page into the process's table only at its first use."""
        return mmap.mmap(self.descriptor, self.size)

    def _drop(self) -> None:
        if not self._closed:
            os.pwrite(self.descriptor, DROPPED, 0)


def _kept_inside(buffer: pickle.PickleBuffer, parts: list[memoryview]) -> bool:
    """True leaves a small array in the message."""
    raw = buffer.raw()
    if raw.nbytes < LARGE:
        return True
    parts.append(raw)
    return False


def _spaced(part: memoryview) -> int:
    """Its bytes, up to the next place at which an array may begin."""
    return part.nbytes + -part.nbytes % ALIGNED


def _file_in_memory() -> int:
    """The descriptor of a new file without a name; on disk where the system has none in memory."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("parity")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
