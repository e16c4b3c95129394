"""Which stored tensor of one side is which of the other, and the weights carried across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from parity.layouts import Weights, layout_of
from parity.recording import Arrays, Description, Layer, Parameter


@dataclass(frozen=True)
class Mapping:
    """Layers matched by path, with the tensors that only one side has.

    Args:
        layers: (Keras layer, Torch layer) of every path that stores tensors on both sides.
        only_keras: Keras tensors without a place in Torch.
        only_torch: Torch tensors without a place in Keras and without a rule that explains them.
        explained: Torch tensors that Keras does without, each with the rule that says why.
    """

    layers: tuple[tuple[Layer, Layer], ...]
    only_keras: tuple[Parameter, ...]
    only_torch: tuple[Parameter, ...]
    explained: dict[str, str]

    @property
    def complete(self) -> bool:
        return not self.only_keras and not self.only_torch

    def to_torch(self, keras: Arrays) -> Arrays:
        """Keras tensors by path -> Torch tensors by path."""
        groups = _by_layer(keras)
        return _joined((t.path, layout_of(k.kind).to_torch(groups.get(k.path, {}), k.storage)) for k, t in self.layers)

    def to_keras(self, torch: Arrays, gradients: bool = False) -> Arrays:
        """Torch tensors by path -> Keras tensors by path; a gradient has no part in a second bias."""
        dropped = self.explained if gradients else {}
        groups = _by_layer({path: array for path, array in torch.items() if path not in dropped})
        return _joined((k.path, layout_of(k.kind).to_keras(groups.get(t.path, {}), t.storage)) for k, t in self.layers)


def map_by_name(keras: Description, torch: Description) -> Mapping:
    """Match the layers whose Keras name is the Torch attribute path."""
    keras_layers, torch_layers = keras.by_path, torch.by_path
    stored = {p.layer for p in keras.parameters} & {p.layer for p in torch.parameters}
    layers = tuple(
        (keras_layers[path], torch_layers[path]) for path in keras_layers if path in stored and path in torch_layers
    )
    explained = {
        f"{layer.path}/{name}": rule for layer, _ in layers for name, rule in layout_of(layer.kind).torch_only.items()
    }
    mapping = Mapping(layers, (), (), explained)
    reached_keras = set(mapping.to_keras(_placeholders(torch.parameters)))
    reached_torch = set(mapping.to_torch(_placeholders(keras.parameters))) | set(explained)
    return replace(
        mapping,
        only_keras=tuple(p for p in keras.parameters if p.path not in reached_keras),
        only_torch=tuple(p for p in torch.parameters if p.path not in reached_torch),
        explained={p.path: explained[p.path] for p in torch.parameters if p.path in explained},
    )


def placeholders_in_keras(mapping: Mapping, torch: Description) -> Arrays:
    """The Torch tensors' shapes as Keras would store them: arrays of zeros, for comparing shapes."""
    return mapping.to_keras(_placeholders(torch.parameters))


def _placeholders(parameters: Iterable[Parameter]) -> Arrays:
    return {p.path: np.zeros(p.shape, np.float32) for p in parameters}


def _by_layer(tensors: Arrays) -> dict[str, Weights]:
    groups: dict[str, Weights] = defaultdict(dict)
    for path, array in tensors.items():
        layer, name = _split(path)
        groups[layer][name] = array
    return groups


def _split(path: str) -> tuple[str, str]:
    layer, _, name = path.partition("/")
    return layer, name


def _joined(groups: Iterable[tuple[str, Weights]]) -> Arrays:
    return {f"{layer}/{name}": array for layer, weights in groups for name, array in weights.items()}
