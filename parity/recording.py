"""What a side hands back: named NumPy arrays and plain facts. No framework object crosses this line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from numpy.typing import NDArray

from parity.listing import Features
from parity.shelf import Shelf

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
        buffer: no optimizer could ever move it.
    """

    layer: str
    name: str
    shape: tuple[int, ...]
    trainable: bool
    dtype: str
    buffer: bool = False

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
    """A model as its side describes it, before anything runs.

    Args:
        trains: optimizer and loss came with it.
        computed: tensors that it makes of others whenever they are used.
        stored_count: numbers to train in the model as it is.
    """

    layers: tuple[Layer, ...]
    parameters: tuple[Parameter, ...]
    inputs: tuple[InputFacts, ...]
    trainable_count: int
    total_count: int
    native_class: str
    trains: bool = False
    computed: tuple[str, ...] = ()
    stored_count: int = 0

    @property
    def folded(self) -> tuple[str, ...]:
        """Those that its side stores instead of what they are made of."""
        stored = {parameter.path for parameter in self.parameters}
        return tuple(path for path in self.computed if path in stored)

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


class Mover(NamedTuple):
    """A layer or function that only puts numbers into another order or shape, with the user's source line."""

    path: str
    line: str | None


@dataclass(frozen=True)
class Event:
    """One operation of a forward pass, as its side ran it.

    Args:
        path: the layer, or the owner of the code that called a function, with the function's name.
        kind: neutral kind.
        native: class or function of the framework.
        shape: of its value, canonical order.
        attributes: neutral attributes.
        layer: path of the layer whose tensors it uses, if it is a layer.
        sources: numbers of the events that made its inputs; ``-1 - k`` is input ``k``.
        flattened: what its input features are, where they list several axes of an image.
        line: the user's source line, ``file:line``.
        given: shape of its first input, where the side tells it.
        moved: what last put the numbers of its input into another order or shape, which is no event; None if nothing
            did, or if that was done to several inputs.
    """

    path: str
    kind: str
    native: str
    shape: tuple[int, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    layer: str | None = None
    sources: tuple[int, ...] = ()
    flattened: Features | None = None
    line: str | None = None
    given: tuple[int, ...] = ()
    moved: Mover | None = None


@dataclass(frozen=True)
class Trace:
    """One forward pass as a list of operations.

    Args:
        events: in execution order.
        values: canonical values of the events by number, where they were asked for.
        outputs: of the model.
        entering: first inputs of the layers that were asked for, by number.
        ends: for each output the events that it comes from, or inputs.
        drops: what would drop at random in train mode, in execution order; it is switched off, and no event.
        masks: what each target of Keras's own attention may look at (True), by number of the layer behind it or of
            the function.
    """

    events: tuple[Event, ...]
    values: Shelf
    outputs: Arrays
    entering: dict[int, NDArray] = field(default_factory=dict)
    ends: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    drops: tuple[Event, ...] = ()
    masks: dict[int, NDArray] = field(default_factory=dict)


NO_FAULT = ""
"""In place of a rule: a trial that shows that the two sides come to the same."""


@dataclass(frozen=True)
class Trial:
    """One way to take a suspected cause away: an action of the Torch side on one operation."""

    rule: str
    action: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Probe:
    """What to do when one Torch operation runs.

    Args:
        references: Keras values to compare with, by Keras event number.
        force: the reference that takes the place of the value for everything downstream.
        state: the references are final states of a recurrent layer, not sequences.
        trials: run again with each of them, compared with the reference ``target``.
        alter: run again with this, and go on with its result.
        cropped: what is behind takes a window of the value alone, which the references stand for.
    """

    references: Mapping[int, NDArray] = field(default_factory=dict)
    force: int | None = None
    state: bool = False
    trials: tuple[Trial, ...] = ()
    target: int | None = None
    alter: Trial | None = None
    cropped: bool = False


@dataclass(frozen=True)
class Probed:
    """What came of a ``Probe``: differences by Keras number, figures by trial (in the order given)."""

    differences: Mapping[int, Any]
    trials: tuple[float, ...] = ()


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
class Drawing:
    """What code of the user's draws at random in train mode.

    Args:
        noise: normal numbers.
        drops: layers of its own drop.
    """

    noise: bool = False
    drops: bool = False


@dataclass(frozen=True)
class Training:
    """One training run.

    Args:
        curves: a list for each name, one number per epoch.
        losses: of every step, before its update.
        rates: learning rates of every step, ascending: one, or several for parts of the model.
        updates: how often the optimizer moved the weights.
        numbers: of the optimizer, such as ``eps`` and ``betas``, where the side knows them.
        kept: steps whose state the side has kept, with the names of what it holds; -1 is the end of the run.
        settled: the state at the end is the one after the last step, and that one is kept.
        opaque: the optimizer is of the user's own, and nobody knows what its slots hold.
    """

    curves: dict[str, list[float]]
    losses: tuple[float, ...] = ()
    rates: tuple[tuple[float, ...], ...] = ()
    updates: int = 0
    numbers: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    settled: bool = False
    opaque: bool = False

    @property
    def epochs(self) -> int:
        return len(self.curves["loss"])


@dataclass(frozen=True)
class OptimizerFacts:
    """An optimizer in the vocabulary that both sides share.

    Args:
        native: the framework's class.
        kind: the formula, such as ``adam``; "" for one that is not known.
        numbers: what the formula takes, its forms included.
        rates: learning rate of each step by trained weight; the last one stays.
        decays: weight decay by trained weight.
        schedule: class of the learning rate schedule, "" where the rate is a number.
        end: the step that the schedule is laid out for, where it says so.
        sparse: gradients of tables arrive as rows, repeated ones apart.
        penalties: by trained weight, how many times the sum of its squares is in the loss.
        pieces: by trained weight, for each of its entries the number of the tensor that is clipped as one.
        extras: what only Keras does, and can train without: ``unpenalised``, ``unconstrained``, ``unaveraged``.
    """

    native: str
    kind: str
    numbers: Mapping[str, Any]
    rates: Mapping[str, tuple[float, ...]]
    decays: Mapping[str, float]
    schedule: str = ""
    end: int | None = None
    sparse: bool = False
    penalties: Mapping[str, float] = field(default_factory=dict)
    pieces: Arrays = field(default_factory=dict)
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LossFacts:
    """A loss in the vocabulary that both sides share.

    Args:
        native: the framework's class or function.
        kind: which loss it is; "" is a function of the user's.
        numbers: what it takes, its forms included.
        masked: a mask that the model makes may travel with its outputs and count in the loss.
        parts: of a sum of losses, one of each output of Keras, in their order.
    """

    native: str
    kind: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    masked: bool = False
    parts: tuple[LossFacts, ...] = ()


@dataclass(frozen=True)
class Instead:
    """What the Torch side trains with instead of the user's own; None keeps that."""

    optimizer: OptimizerFacts | None = None
    loss: LossFacts | None = None
