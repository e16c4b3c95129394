"""Two operations that should give the same, and do not."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy.typing import NDArray

from parity.loaded import Loaded, Weights
from parity.recording import Event


@dataclass(frozen=True)
class Suspect:
    """Two operations in the same place whose values part.

    Args:
        keras, torch: what each side runs there.
        weights: of the Keras layer, as Keras stores them.
        inputs: what the Keras operation was given.
        stored: the same, also where the Torch code does without a layer.
        torch_weights: of the Torch layer, as Keras would store them.
        neighbours: kinds of the operations around it in Keras.
        before_keras, before_torch: the operations that feed it.
        written: kinds of the operations between the Torch operation and the layers in front of it.
        lengths: of the sequences, where the input is padded tokens.
        loaded: the tensors of the Torch layer, where the models are judged in weights of their own.
        projections: weights of those projections.
        value: what the Keras operation gave.
        seen: what each target of the attention in front of the Keras operation may look at.
        training: the models run in train mode.
        other_sources: the matched layers that feed the one are not those that feed the other.
        straight: nothing but what moves or scales stands between it and the inputs of the model, on either side.
        entering: what each projection of an attention was given, where they are layers of their own in Keras.
        kernels: what the Keras layer stores whose code makes this, if one of them is a kernel.
        joins_alike: both models join as many branches in every way.
        steps: sequences (B, T, C) that its input may be a step of, or be pooled from, each with whether it is pooled.
        maps: images that one of its inputs may be cut from.
        given: the inputs of the model that are numbers.
        unmatched: those of its inputs that a layer makes which only Keras has.
        stack: the recurrent layers of Keras that are one in PyTorch, in execution order, with their weights.
    """

    keras: Event
    torch: Event
    weights: Weights
    inputs: tuple[NDArray, ...] = ()
    torch_weights: Weights | None = None
    neighbours: tuple[str, ...] = ()
    before_keras: tuple[Event, ...] = ()
    before_torch: tuple[Event, ...] = ()
    written: frozenset[str] = frozenset()
    lengths: tuple[int, ...] | None = None
    loaded: Loaded | None = None
    stored: Weights = field(default_factory=dict)
    entering: tuple[NDArray, ...] = ()
    projections: tuple[Weights, ...] = ()
    value: NDArray | None = None
    training: bool = False
    other_sources: bool = False
    straight: bool = False
    seen: NDArray | None = None
    joins_alike: bool = False
    kernels: tuple[NDArray, ...] = ()
    steps: tuple[tuple[NDArray, bool], ...] = ()
    given: tuple[NDArray, ...] = ()
    maps: tuple[NDArray, ...] = ()
    unmatched: tuple[NDArray, ...] = ()
    stack: tuple[tuple[Event, Weights], ...] = ()

    @property
    def images(self) -> tuple[NDArray, ...]:
        """The inputs of the model that are images."""
        return tuple(array for array in self.given if array.ndim == 4)

    @property
    def before(self) -> tuple[Event, ...]:
        """The operations that feed it, on either side."""
        return (*self.before_keras, *self.before_torch)
