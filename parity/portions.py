"""The tensors of two models, a portion at a time: memory that is used again is many times as fast as new memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from parity.links import Link
from parity.mapping import Mapping, by_layer, placeholders
from parity.recording import Description, Parameter

PORTION_BYTES = 16 << 20
"""Of one side's tensors, if they are float64: little enough to stay near the processor."""


Place = tuple[Link, frozenset[str], frozenset[str]]
"""A link with the tensors of either side that it puts together."""


@dataclass(frozen=True)
class Portion:
    """Some of the tensors of either side, by path, and the part of the mapping between them."""

    keras: frozenset[str]
    torch: frozenset[str]
    mapping: Mapping
    places: tuple[Place, ...] = ()

    def around(self, path: str) -> Portion:
        """Only what belongs together with this Keras tensor."""
        place = next((place for place in self.places if path in place[1]), None)
        return self if place is None else _portion(self.mapping, [place])

    @property
    def asked(self) -> dict[str, Any]:
        """What a request for them has to say."""
        return {"keras": {"paths": self.keras}, "torch": {"paths": self.torch}}


def portions(mapping: Mapping, keras: Description, torch: Description) -> tuple[Portion, ...]:
    """Every tensor of both sides; what the mapping puts together stays together, what it leaves out comes last."""
    given = by_layer(placeholders(keras.parameters)), by_layer(placeholders(torch.parameters))
    known = _paths(keras.parameters), _paths(torch.parameters)  # a link may make more than a side has, such as a bias
    places = [
        (link, known[0].intersection(link.to_keras(given[1])), known[1].intersection(link.to_torch(given[0])))
        for link in mapping.links
    ]
    found = [_portion(mapping, part) for part in _filled(places, _sizes(keras.parameters))]
    left = (
        known[0].difference(*(portion.keras for portion in found)),
        known[1].difference(*(portion.torch for portion in found)),
    )
    return (*found, Portion(*left, replace(mapping, links=()))) if any(left) else tuple(found)


def _filled(places: Iterable[Place], sizes: dict[str, int]) -> list[list[Place]]:
    """Neighbours together, up to the bytes of a portion."""
    found: list[list[Place]] = []
    room = 0
    for place in places:
        size = sum(sizes[path] for path in place[1])
        if not found or size > room:
            found.append([])
            room = PORTION_BYTES
        found[-1].append(place)
        room -= size
    return found


def _portion(mapping: Mapping, part: list[Place]) -> Portion:
    links, keras, torch = zip(*part, strict=True)
    return Portion(frozenset().union(*keras), frozenset().union(*torch), replace(mapping, links=links), tuple(part))


def _sizes(parameters: Iterable[Parameter]) -> dict[str, int]:
    return {parameter.path: 8 * math.prod(parameter.shape) for parameter in parameters}


def _paths(parameters: Iterable[Parameter]) -> frozenset[str]:
    return frozenset(parameter.path for parameter in parameters)
