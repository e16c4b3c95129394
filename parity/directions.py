"""A bidirectional layer of Keras that is two recurrences in PyTorch, one of which reads the steps from the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from parity.kinds import RECURRENT
from parity.layouts import Weights, layout_of
from parity.recording import Arrays, Layer
from parity.surroundings import Side

DIRECTIONS = ("forward/", "backward/")


@dataclass(frozen=True)
class DirectionsLink:
    """One layer of Keras, and the PyTorch layers of its two directions; rule: bidirectional-order.

    Args:
        torch: the one that reads the steps in order, then the other.
    """

    keras: Layer
    torch: tuple[Layer, ...]

    @property
    def explained(self) -> Mapping[str, str]:
        only = layout_of(self.keras.kind).torch_only
        names = {name: rule for name, rule in only.items() if not name.endswith("_reverse")}
        return {f"{layer.path}/{name}": rule for layer in self.torch for name, rule in names.items()}

    def to_torch(self, keras: Mapping[str, Weights]) -> Arrays:
        found: Arrays = {}
        for prefix, layer in zip(DIRECTIONS, self.torch, strict=True):
            stored = keras.get(self.keras.path, {})
            own = {name.removeprefix(prefix): array for name, array in stored.items() if name.startswith(prefix)}
            moved = layout_of(layer.kind).to_torch(own, layer.storage)
            found |= {f"{layer.path}/{name}": array for name, array in moved.items()}
        return found

    def to_keras(self, torch: Mapping[str, Weights]) -> Arrays:
        found: Arrays = {}
        for prefix, layer in zip(DIRECTIONS, self.torch, strict=True):
            moved = layout_of(layer.kind).to_keras(dict(torch.get(layer.path, {})), layer.storage)
            found |= {f"{self.keras.path}/{prefix}{name}": array for name, array in moved.items()}
        return found


def is_directions(keras: Layer, torch: Collection[Layer]) -> bool:
    """Two recurrences of its kind could be the directions of a layer of Keras."""
    own = keras.kind in RECURRENT and keras.storage.get("bidirectional")
    return bool(own) and len(torch) == 2 and all(_is_one_way(layer, keras.kind) for layer in torch)


def directions(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Bidirectional layers that have no twin, with the first two free recurrences of their sizes.

    The one that gets its steps from the end is the second of them.
    """
    taken = set(pairs.values())
    for path, layer in ours.layers.items():
        if path in pairs or not layer.storage.get("bidirectional") or layer.kind not in RECURRENT:
            continue
        if any(each.kind == layer.kind and each.storage.get("bidirectional") for each in theirs.layers.values()):
            continue
        free = [other for other, each in theirs.layers.items() if other not in taken and _is_one_way(each, layer.kind)]
        fitting = (two for two in combinations(free, 2) if _stored_alike(ours, theirs, path, two))
        found = next(fitting, None)
        if found:
            taken |= set(found)
            yield path, tuple(sorted(found, key=lambda other: "flip" in theirs.preceded.get(other, ())))


def _is_one_way(layer: Layer, kind: str) -> bool:
    alone = layer.storage.get("layers") == 1 and not layer.storage.get("bidirectional")
    return layer.kind == kind and alone


def _stored_alike(ours: Side, theirs: Side, path: str, others: tuple[str, ...]) -> bool:
    """The kernels of the two have the shapes of those of both directions."""
    stored, found = ours.shapes(path), [theirs.shapes(other) for other in others]
    names = (("kernel", "weight_ih_l0"), ("recurrent_kernel", "weight_hh_l0"))
    return all(
        tuple(reversed(stored.get(f"{prefix}{keras}", ()))) == tuple(shapes.get(torch, (0,)))
        for prefix, shapes in zip(DIRECTIONS, found, strict=True)
        for keras, torch in names
    )
