"""Requests and answers between the core and its sides: large arrays go through shared memory, not through the socket.

A socket copies every byte several times and in small pieces. Here the sender writes the arrays of a message into one
nameless file in memory, and the receiver maps it: its arrays are that memory, and its own copy where it writes to them.
"""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import tempfile
from multiprocessing.connection import Connection
from typing import Any

LARGE = 1 << 16
"""Bytes from which an array is worth a place in the file."""
ALIGNED = 64


class Channel:
    """One end of a socket that both processes hold, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._connection = Connection(descriptor)
        self._socket = socket.socket(fileno=os.dup(descriptor))

    def send(self, message: Any) -> None:
        """Pickle ``message``; an array may not change before this returns.

        Raises:
            OSError: the other end is gone.
        """
        parts: list[memoryview] = []
        head = pickle.dumps(message, protocol=5, buffer_callback=lambda each: _kept_inside(each, parts))
        self._connection.send_bytes(pickle.dumps((head, [part.nbytes for part in parts])))
        if parts:
            self._send_file(parts)

    def receive(self) -> Any:
        """The next message.

        Raises:
            EOFError, OSError: the other end is gone.
        """
        head, sizes = pickle.loads(self._connection.recv_bytes())
        return pickle.loads(head, buffers=self._received_file(sizes) if sizes else [])

    def close(self) -> None:
        """Let the other end see that nothing will follow."""
        self._socket.close()
        self._connection.close()

    def _send_file(self, parts: list[memoryview]) -> None:
        descriptor = _file_in_memory()
        try:
            with open(descriptor, "wb", buffering=0, closefd=False) as file:
                for part in parts:
                    _write(file, part)
                    _write(file, memoryview(b"\0" * (-part.nbytes % ALIGNED)))
            socket.send_fds(self._socket, [b"f"], [descriptor])
        finally:
            os.close(descriptor)

    def _received_file(self, sizes: list[int]) -> list[memoryview]:
        """Views of one private mapping; it goes when the last array does."""
        told, descriptors, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not told:
            raise EOFError
        whole = memoryview(mmap.mmap(descriptors[0], 0, access=mmap.ACCESS_COPY))
        os.close(descriptors[0])
        views, begin = [], 0
        for size in sizes:
            views.append(whole[begin : begin + size])
            begin += size + -size % ALIGNED
        return views


def _kept_inside(buffer: pickle.PickleBuffer, parts: list[memoryview]) -> bool:
    """True leaves a small array in the message."""
    raw = buffer.raw()
    if raw.nbytes < LARGE:
        return True
    parts.append(raw)
    return False


def _file_in_memory() -> int:
    """The descriptor of a new file without a name; on disk where the system has none in memory."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("parity")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _write(file: Any, part: memoryview) -> None:
    """All of it: one call writes 2 GB at most."""
    while part.nbytes:
        part = part[file.write(part) :]
