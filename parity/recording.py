"""What a side hands back: named NumPy arrays and plain facts. No framework object crosses this line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Arrays = dict[str, NDArray]


@dataclass(frozen=True)
class Parameter:
    """One stored tensor, as its framework names and shapes it.

    Args:
        layer: path of the layer that owns it.
        name: its name inside that layer, e.g. ``kernel`` or ``weight_ih_l0``.
        shape: native shape.
        trainable: whether an optimizer would move it.
        dtype: native dtype.
    """

    layer: str
    name: str
    shape: tuple[int, ...]
    trainable: bool
    dtype: str

    @property
    def path(self) -> str:
        return f"{self.layer}/{self.name}"


@dataclass(frozen=True)
class Layer:
    """One layer in the neutral vocabulary that both sides share.

    Args:
        path: Keras layer name = Torch attribute path.
        kind: neutral kind, e.g. ``conv2d``.
        native: the framework's own class name.
        attributes: neutral attributes that must agree exactly.
        storage: layout facts that the weight transfer needs; not compared.
        container: it only holds other layers, so the other side may do without it.
    """

    path: str
    kind: str
    native: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    storage: Mapping[str, Any] = field(default_factory=dict)
    container: bool = False


@dataclass(frozen=True)
class InputFacts:
    """One input as its side declares it; Torch knows the name only."""

    name: str
    shape: tuple[int | None, ...] | None = None
    dtype: str | None = None


@dataclass(frozen=True)
class Description:
    """A model as its side describes it, before anything runs."""

    layers: tuple[Layer, ...]
    parameters: tuple[Parameter, ...]
    inputs: tuple[InputFacts, ...]
    trainable_count: int
    total_count: int
    native_class: str

    @property
    def by_path(self) -> dict[str, Layer]:
        return {layer.path: layer for layer in self.layers}


@dataclass(frozen=True)
class Tap:
    """The value of one layer call, canonical order.

    Args:
        path: the layer.
        values: ``output``, or ``sequence`` and ``state`` of a recurrent layer.
        sources: for each input tensor the paths of the layers that produced it, innermost first;
            ``None`` where this side cannot tell.
    """

    path: str
    values: Arrays
    sources: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class Forward:
    """One forward pass: outputs, taps in execution order, and running statistics after it."""

    outputs: Arrays
    taps: tuple[Tap, ...] = ()
    state: Arrays = field(default_factory=dict)


@dataclass(frozen=True)
class Gradients:
    """Loss and gradients, native names and shapes for parameters, canonical order for inputs."""

    loss: float
    parameters: Arrays
    inputs: Arrays


@dataclass(frozen=True)
class Training:
    """One training run: a curve for each name, one number per epoch, and one loss per step."""

    curves: dict[str, list[float]]
