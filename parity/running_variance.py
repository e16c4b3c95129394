"""The variance that batch norms remember: over n in Keras, over n - 1 in PyTorch.  rule: norm-running-variance"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from numpy.typing import NDArray

from parity.recording import Arrays, Event, Layer

VARIANCE = "moving_variance"
KIND = "batch_norm"


@dataclass(frozen=True)
class Norm:
    """A batch norm of PyTorch.

    Args:
        layer: with its settings; a function in a forward as a layer.
        kept: path of the layer; of a function, the tensor that it updates.
    """

    layer: Layer
    kept: str

    @property
    def is_function(self) -> bool:
        return self.kept != self.layer.path

    @property
    def momentum(self) -> float:
        """How much of a new batch it takes; 0 if it takes none, or averages all of them."""
        return float(self.layer.attributes.get("momentum") or 0.0)


def norms_of(
    keras: Iterable[Layer], twins: Iterable[tuple[Layer, Layer]], tensors: Mapping[str, str], events: Iterable[Event]
) -> dict[str, Norm]:
    """Batch norms of the Torch model by the path of their twin.

    Args:
        keras: layers of the Keras model.
        twins: matched layers.
        tensors: Keras tensor -> Torch tensor, of those that no layer owns.
        events: what the Torch model does.
    """
    found = {ours.path: Norm(torch, torch.path) for ours, torch in twins if _is_norm(ours)}
    called = {event.path.rpartition(".")[0]: event for event in events if event.kind == KIND and event.layer is None}
    for layer in filter(_is_norm, keras):
        kept = tensors.get(f"{layer.path}/{VARIANCE}", "")
        event = called.get(kept.rpartition("/")[0])
        if kept and event is not None:
            found[layer.path] = Norm(Layer(event.path, event.kind, event.native, event.attributes, {}), kept)
    return found


def over_n(
    norms: Mapping[str, Norm], events: Iterable[Event], before: Arrays, state: Arrays, batches: tuple[int, int]
) -> Iterator[tuple[str, NDArray]]:
    """Running variances of the Torch side, had the batch been divided by n, by their Keras name.

    Args:
        events: what the Keras model does.
        before, state: its tensors, and those of the Torch model after one batch.
        batches: rows of that batch, and of the one that the Keras model ran on.
    """
    sizes, calls = dict[str, int](), Counter[str]()
    for event in events:
        if event.layer is not None and event.layer in norms:
            sizes[event.layer] = math.prod(event.shape)  # steps, or series, may be samples here
            calls[event.layer] += 1
    for path, size in sizes.items():
        name, momentum = f"{path}/{VARIANCE}", norms[path].momentum
        if name not in state or not momentum:
            continue
        samples = size // before[name].size * batches[0] // batches[1]
        if samples > 1:
            kept = (1 - momentum) ** calls[path] * before[name].astype(state[name].dtype)
            yield name, kept + (state[name] - kept) * (samples - 1) / samples


def _is_norm(layer: Layer) -> bool:
    return layer.kind == KIND
