"""Values of layers of which several of one side are one of the other, each as the other side would have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parity.kinds import RECURRENT
from parity.recording import Event, Probe, Trace

if TYPE_CHECKING:
    from parity.matching import Match


@dataclass(frozen=True)
class Packed(Mapping[int, NDArray]):
    """Values side by side, under the number of the first; read when asked for, so that nothing large is sent.

    Args:
        shelf: values by number.
        numbers: of those that lie side by side, each with its last axes as one.
        axes: so many stand in front of it.
        heads: so many times the parts take turns.
    """

    shelf: Mapping[int, NDArray]
    numbers: tuple[int, ...]
    axes: int
    heads: int = 1

    def __getitem__(self, number: int) -> NDArray:
        parts = [self.shelf[n] for n in self.numbers]
        by_head = [part.reshape(*part.shape[: self.axes], self.heads, -1) for part in parts]
        packed = np.concatenate(by_head, axis=-1)
        return packed.reshape(*packed.shape[: self.axes], -1)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers[:1])

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True)
class Piece(Mapping[int, NDArray]):
    """A part of one value along its last axis, which stands for the axes behind the first ``axes``."""

    shelf: Mapping[int, NDArray]
    number: int
    axes: int
    begin: int
    end: int

    def __getitem__(self, number: int) -> NDArray:
        whole = self.shelf[number]
        return np.ascontiguousarray(whole.reshape(*whole.shape[: self.axes], -1)[..., self.begin : self.end])

    def __iter__(self) -> Iterator[int]:
        return iter((self.number,))

    def __len__(self) -> int:
        return 1


def probes_of_parts(match: Match, keras: Trace, torch: Sequence[Event]) -> dict[int, Probe]:
    """Torch number -> its value by Keras, of packed layers that run once and lie alike on both sides."""
    ours, theirs = _calls(keras.events), _calls(torch)
    found: dict[int, Probe] = {}
    for path, parts in match.fused.items():
        numbers = tuple(n for part in parts for n in ours[part])
        if len(numbers) == len(parts) and len(theirs[path]) == 1:
            found |= _whole(keras, numbers, torch, theirs[path][0], match.heads.get(path, 1))
    for path, parts in match.spread.items():
        numbers = tuple(n for part in parts for n in theirs[part])
        reversed_steps = any(torch[n].kind in RECURRENT for n in numbers)
        if len(numbers) == len(parts) and len(ours[path]) == 1 and not reversed_steps:
            found |= _pieces(keras, ours[path][0], torch, numbers)
    return found


def _whole(
    keras: Trace, numbers: tuple[int, ...], torch: Sequence[Event], number: int, heads: int
) -> Mapping[int, Probe]:
    shape = torch[number].shape
    sizes = [_size(keras.events[n].shape, shape) for n in numbers]
    if sum(sizes) != shape[-1] or 0 in sizes or any(size % heads for size in sizes):
        return {}
    return {number: Probe(Packed(keras.values.only(numbers), numbers, len(shape) - 1, heads), numbers[0])}


def _pieces(keras: Trace, number: int, torch: Sequence[Event], numbers: Sequence[int]) -> Mapping[int, Probe]:
    shapes = [torch[n].shape for n in numbers]
    ends = list(accumulate(shape[-1] for shape in shapes))
    if any(_size(keras.events[number].shape, shape) != ends[-1] for shape in shapes):
        return {}
    value, axes = keras.values.only([number]), len(shapes[0]) - 1
    spans = zip(numbers, [0, *ends], ends, strict=False)
    return {n: Probe(Piece(value, number, axes, begin, end), number) for n, begin, end in spans}


def _size(shape: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Of all that stands behind the axes that come first in both; 0 where these differ."""
    front = len(other) - 1
    return int(np.prod(shape[front:])) if len(shape) > front and shape[:front] == other[:front] else 0


def _calls(events: Sequence[Event]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(events):
        if event.layer:
            found[event.layer].append(number)
    return found
