"""Weights that somebody loaded by hand: what they are instead of what they should be."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray]
NEVER, BY_POSITION = "weights-never-loaded", "weights-by-position"
TRANSPOSED, PACKED = "dense-kernel-transposed", "attention-packed-projection"
GATES = {"lstm": (4, "lstm-gate-order"), "gru": (3, "gru-gate-order")}
RECURRENT = {*GATES, "rnn"}
BACKWARDS = "_reverse"
"""Ends the names of what a recurrence of PyTorch reads backwards with."""


@dataclass(frozen=True)
class Loaded:
    """Tensors of one Torch layer that should be those of its Keras twin.

    Args:
        found: what it holds.
        right: what it would hold after a transfer.
        plain: the same without reordering features flattened from an image.
        others: the Keras tensors of every other layer, by path.
    """

    found: Weights
    right: Weights
    plain: Weights
    others: Mapping[str, Weights]


def loaded_rule(kind: str, keras: Weights, loaded: Loaded) -> str:
    """The rule that tells how ``found`` came about; never loaded, if it is nothing known."""
    found, right = loaded.found, loaded.right
    wrong = [name for name in right if name in found and not _equal(found[name], right[name])]
    if any(_equal(found[name], loaded.plain.get(name)) for name in wrong):
        return "flatten-order"
    if kind in GATES and wrong and all(_blocks_moved(found[n], right[n], GATES[kind][0]) for n in wrong):
        return GATES[kind][1]
    if kind in RECURRENT and _directions_exchanged(found, right, wrong):
        return "bidirectional-order"
    if wrong and all("bias" in name for name in wrong) and _doubled(found, right):
        return "recurrent-two-biases"
    if kind.startswith("depthwise") and "weight" in wrong and _regrouped(found["weight"], right["weight"], keras):
        return "depthwise-channel-order"
    if "weight" in wrong and "kernel" in keras and (rule := _kernel_rule(kind, loaded, keras["kernel"])):
        return rule
    if kind in RECURRENT and wrong and all(_turned(found[name], right[name], keras) for name in wrong):
        return TRANSPOSED
    if "in_proj_weight" in right and wrong and all(_same_numbers(found[n], right[n]) for n in wrong):
        return TRANSPOSED if all(_parts_transposed(found[n], right[n]) for n in wrong) else PACKED
    if {"running_mean", "running_var"} <= set(wrong) and _equal(found["running_mean"], right["running_var"]):
        return "norm-statistics-swapped"
    exchanged = _of_another(found, loaded.others) or any(_of_neighbour(name, found, right) for name in wrong)
    return BY_POSITION if exchanged else NEVER


def neutral(found: Weights, right: Weights) -> dict[str, NDArray]:
    """What stands for scale and shift that only PyTorch has: a layer that does without them."""
    fill = {"weight": np.ones_like, "bias": np.zeros_like}
    return {name: fill[name](found[name]) for name in found.keys() & fill.keys() - right.keys()}


def _equal(first: NDArray, second: NDArray | None) -> bool:
    return second is not None and first.shape == second.shape and bool(np.allclose(first, second, rtol=1e-6, atol=0))


def _blocks_moved(found: NDArray, right: NDArray, count: int) -> bool:
    """The same gates in another order."""
    if found.shape != right.shape or len(found) % count:
        return False
    blocks = np.split(right, count)
    return any(
        _equal(found, np.concatenate([blocks[i] for i in order])) for order in itertools.permutations(range(count))
    )


def _regrouped(found: NDArray, right: NDArray, keras: Weights) -> bool:
    """The same filters, listed with the multiplier outermost: a kernel of Keras ends in channels and multiplier."""
    if found.shape != right.shape or "kernel" not in keras:
        return False
    channels, multiplier = keras["kernel"].shape[-2:]
    filters = right.reshape(channels, multiplier, *right.shape[1:])
    return _equal(found, filters.swapaxes(0, 1).reshape(right.shape))


def _doubled(found: Weights, right: Weights) -> bool:
    """The one bias of Keras was given to both biases of PyTorch."""
    pairs = [(name, name.replace("_ih", "_hh")) for name in right if "bias_ih" in name]
    return any(_equal(found[a], right[a]) and _equal(found[b], right[a]) for a, b in pairs if b in found)


def _kernel_rule(kind: str, loaded: Loaded, kernel: NDArray) -> str | None:
    """The rule for a kernel with its axes in another order, or with its numbers read into another shape."""
    found, right = loaded.found["weight"], loaded.right["weight"]
    if found.shape != right.shape or not _same_numbers(found, right):
        return None
    if right.ndim > 2 and _axes_moved(found, right, kept=2):
        return "conv-window-transposed"
    if not (_axes_moved(found, right) or _reshaped(found, kernel)):
        return None
    if right.ndim == 2:
        return TRANSPOSED if kernel.ndim == 2 or _axes_moved(found, right) else "reshape-order"
    return "transpose-conv-kernel" if kind.endswith("_transpose") else "conv-kernel-order"


def _axes_moved(found: NDArray, right: NDArray, kept: int = 0) -> bool:
    """The same numbers with their axes in another order, but for the first ``kept``."""
    orders = itertools.permutations(range(kept, right.ndim))
    return any(_equal(found, np.transpose(right, (*range(kept), *order))) for order in orders)


def _reshaped(found: NDArray, kernel: NDArray) -> bool:
    """The numbers as Keras lists them, or with its axes in another order, read into the shape that was asked for."""
    orders = itertools.permutations(range(kernel.ndim))
    return found.size == kernel.size and any(
        _equal(found, np.transpose(kernel, order).reshape(found.shape)) for order in orders
    )


def _turned(found: NDArray, right: NDArray, keras: Weights) -> bool:
    """A matrix of a recurrence: a kernel of Keras read into another shape, or with the part of each gate transposed."""
    if not _same_numbers(found, right):
        return False
    kernels = [array for array in keras.values() if array.ndim == right.ndim == 2]
    return _parts_transposed(found, right) or any(_reshaped(found, kernel) for kernel in kernels)


def _of_neighbour(name: str, found: Weights, right: Weights) -> bool:
    """One tensor of a layer is what another one of it should be; constants say nothing."""
    told = found[name].size > 1 and bool(np.ptp(found[name]) > 0)
    return told and any(_equal(found[name], array) for other, array in right.items() if other != name)


def _parts_transposed(found: NDArray, right: NDArray) -> bool:
    """The same numbers, where square matrices that are packed one below the other are transposed or as they were."""
    if found.shape != right.shape or right.ndim != 2 or len(right) % right.shape[1]:
        return False
    count = len(right) // right.shape[1]
    parts = zip(np.split(found, count), np.split(right, count), strict=True)
    return all(_equal(ours, theirs) or _equal(ours, theirs.T) for ours, theirs in parts)


def _directions_exchanged(found: Weights, right: Weights, wrong: Collection[str]) -> bool:
    """What reads backwards has the kernels of what reads forwards, and the other way round."""
    kernels = [name for name in wrong if right[name].ndim == 2]
    return bool(kernels) and all(_equal(found[name], right.get(_other_direction(name))) for name in kernels)


def _other_direction(name: str) -> str:
    return name.removesuffix(BACKWARDS) if name.endswith(BACKWARDS) else name + BACKWARDS


def _same_numbers(first: NDArray, second: NDArray) -> bool:
    """In any order."""
    return first.size == second.size and np.allclose(np.sort(np.ravel(first)), np.sort(np.ravel(second)))


def _of_another(found: Weights, others: Mapping[str, Weights]) -> bool:
    """The tensors of another layer: as many numbers, the same numbers."""
    if "weight" not in found:
        return False
    return any(_same_numbers(found["weight"], array) for weights in others.values() for array in weights.values())
