"""Arrays in a file, each read when asked for: values of every layer of a deep network, without the memory for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Place = tuple[int, str, tuple[int, ...]]
"""First byte, type and shape."""


@dataclass(frozen=True)
class Shelf(Mapping[int, NDArray]):
    """What ``Writer`` has put into ``path``, by number; it crosses to another process as it is."""

    path: str
    places: Mapping[int, Place]

    def __getitem__(self, number: int) -> NDArray:
        begin, dtype, shape = self.places[number]
        count = int(np.prod(shape))
        return np.fromfile(self.path, dtype, count, offset=begin).reshape(shape)

    def __iter__(self) -> Iterator[int]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def only(self, numbers: Iterable[int]) -> Shelf:
        """Some of them."""
        return Shelf(self.path, {number: self.places[number] for number in numbers})


NOTHING = Shelf("", {})


class Writer:
    """Puts arrays into a file, one behind the other."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115 - closed by done()
        self._places: dict[int, Place] = {}

    def put(self, number: int, array: NDArray) -> None:
        """Keep ``array`` under ``number``."""
        whole = np.ascontiguousarray(array)
        self._places[number] = (self._file.tell(), whole.dtype.str, array.shape)
        self._file.write(whole.data if whole.nbytes else b"")

    def done(self) -> Shelf:
        """Close the file."""
        self._file.close()
        return Shelf(self._path, self._places)
