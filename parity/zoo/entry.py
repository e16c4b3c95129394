"""What one entry of the registry says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

BATCHES = (4, 1, 7)


@dataclass(frozen=True)
class Input:
    """One model input: the name of the Keras ``Input`` and of the ``forward`` argument.

    ``shape`` is canonical (channels last, no batch axis); ``None`` marks an axis whose size varies.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class Preset:
    """One published configuration of an architecture and the real data that it is checked on.

    Args:
        arguments: keyword arguments of the builder, the same on both sides.
        inputs: the model's inputs.
        data: a name of ``parity.data``.
        loss: a name of ``parity.losses``: the loss of the recipe that trains this preset.
        parameters: trainable plus non-trainable numbers, counted natively by Keras.
        sizes: for each case the values of the free (``None``) axes, in order of the inputs.
        batches: batch size of each case.
        options: further arguments of the data source.
        source: where the configuration is published.
        recipe: name of the recipe that trains it; "plain" for Adam alone on its loss, "" for the usual one of its loss.
        published: further published counts, by Keras parameter path (``layer/weight``).
    """

    arguments: Mapping[str, Any]
    inputs: tuple[Input, ...]
    data: str
    parameters: int
    loss: str = "cross_entropy"
    sizes: tuple[tuple[int, ...], ...] = ((), (), ())
    batches: tuple[int, ...] = BATCHES
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    recipe: str = ""
    published: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Twin:
    """An architecture written twice. ``keras`` and ``torch`` are ``package.module:object``."""

    name: str
    keras: str
    torch: str
    summary: str
    presets: Mapping[str, Preset]


def features(width: int) -> tuple[Input, ...]:
    """The input of a network for tables."""
    return (Input("features", (width,)),)


def image(channels: int, height: int | None = None, width: int | None = None) -> tuple[Input, ...]:
    """The input of a network for images."""
    return (Input("image", (height, width, channels)),)


def tokens(*names: str) -> tuple[Input, ...]:
    """Inputs of whole numbers along one free axis."""
    return tuple(Input(name, (None,), "int32") for name in names)
