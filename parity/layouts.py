"""How each kind of layer stores its weights in Keras and in PyTorch, and the way from one to the other.

Every layout moves values and never changes them, so a round trip is bit for bit. Names are those of one
layer: ``{"kernel": ..., "bias": ...}`` against ``{"weight": ..., "bias": ...}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from parity.arrays import chosen, contiguous
from parity.kinds import CONVOLUTIONS
from parity.recording import Layer
from parity.shapes import turned_shape
from parity.windows import windowed

Weights = dict[str, NDArray]
Storage = Mapping[str, Any]


class Layout(Protocol):
    """The way between the two stores of one layer kind.

    ``torch_only`` names tensors that Keras has no place for, each with the rule that explains it.
    """

    @property
    def torch_only(self) -> Mapping[str, str]: ...

    def to_keras(self, torch: Weights, storage: Storage) -> Weights: ...

    def to_torch(self, keras: Weights, storage: Storage) -> Weights: ...


def placeholder(shape: tuple[int, ...]) -> NDArray:
    """Zeros that take no memory: what a layout makes of them has the shape that it makes of numbers."""
    return np.broadcast_to(np.float32(0), shape)


def same(array: NDArray) -> NDArray:
    return array


def transpose(array: NDArray) -> NDArray:
    return contiguous(array.T)


def kernel_to_keras(array: NDArray) -> NDArray:
    """(out, in, *k) -> (*k, in, out); a vector, such as code has a projection to one number, as it is."""
    return array if array.ndim < 2 else contiguous(np.moveaxis(array, (0, 1), (-1, -2)))


def kernel_to_torch(array: NDArray) -> NDArray:
    """(*k, in, out) -> (out, in, *k); a vector as it is."""
    return array if array.ndim < 2 else contiguous(np.moveaxis(array, (-1, -2), (0, 1)))


def depthwise_to_keras(array: NDArray, storage: Storage) -> NDArray:
    """(C*M, 1, *k) -> (*k, C, M)."""
    multiplier = storage["multiplier"]
    split = array.reshape(-1, multiplier, *array.shape[2:])
    return contiguous(np.moveaxis(split, (0, 1), (-2, -1)))


def depthwise_to_torch(array: NDArray) -> NDArray:
    """(*k, C, M) -> (C*M, 1, *k)."""
    moved = np.moveaxis(array, (-2, -1), (0, 1))
    return contiguous(moved.reshape(-1, 1, *moved.shape[2:]))


@dataclass(frozen=True)
class Entry:
    """One tensor: its two names and the two ways between its two shapes."""

    keras: str
    torch: str
    to_keras: Callable[[NDArray], NDArray] = same
    to_torch: Callable[[NDArray], NDArray] = same


@dataclass(frozen=True)
class TensorWise:
    """A layout in which every Keras tensor is one Torch tensor."""

    entries: tuple[Entry, ...]
    torch_only: Mapping[str, str]

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        return {e.keras: e.to_keras(torch[e.torch]) for e in self.entries if e.torch in torch}

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        return {e.torch: e.to_torch(keras[e.keras]) for e in self.entries if e.keras in keras}


def tensor_wise(*entries: Entry, torch_only: Mapping[str, str] | None = None) -> TensorWise:
    return TensorWise(entries, torch_only or {})


class Depthwise:
    """Depthwise convolution: the output channel is ``c * multiplier + m``."""

    torch_only: Mapping[str, str] = {}

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        moved = {"kernel": depthwise_to_keras(torch["weight"], storage)} if "weight" in torch else {}
        return moved | {name: torch[name] for name in ("bias",) if name in torch}

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        moved = {"weight": depthwise_to_torch(keras["kernel"])} if "kernel" in keras else {}
        return moved | {name: keras[name] for name in ("bias",) if name in keras}


@dataclass(frozen=True)
class Identity:
    """A layer of the user's own whose tensors have the same names and shapes on both sides.

    Args:
        shared: the names that both sides have; all of either side where None.
    """

    shared: frozenset[str] | None = None
    torch_only: ClassVar[Mapping[str, str]] = {}

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        return chosen(torch, self.shared)

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        return chosen(keras, self.shared)


_DIRECTIONS = {"forward": "_l0", "backward": "_l0_reverse"}


@dataclass(frozen=True)
class Recurrent:
    """LSTM and vanilla RNN: one Keras bias is the sum of the two Torch biases; the gates keep their order."""

    torch_only: Mapping[str, str]

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        keras: Weights = {}
        for prefix, suffix in _directions(storage):
            for name, source in (("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh")):
                if source + suffix in torch:
                    keras[prefix + name] = transpose(torch[source + suffix])
            if "bias_ih" + suffix in torch:
                keras[prefix + "bias"] = _summed_bias(torch, suffix)
        return keras

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        torch: Weights = {}
        for prefix, suffix in _directions(storage):
            for name, target in (("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh")):
                if prefix + name in keras:
                    torch[target + suffix] = transpose(keras[prefix + name])
            if prefix + "bias" in keras:
                torch["bias_ih" + suffix] = keras[prefix + "bias"]
                torch["bias_hh" + suffix] = np.zeros_like(keras[prefix + "bias"])
        return torch


def _summed_bias(torch: Weights, suffix: str) -> NDArray:
    second = torch.get("bias_hh" + suffix)
    first = torch["bias_ih" + suffix]
    return first if second is None or not second.any() else first + second


def _directions(storage: Storage) -> list[tuple[str, str]]:
    if not storage.get("bidirectional"):
        return [("", "_l0")]
    return [(f"{direction}/", suffix) for direction, suffix in _DIRECTIONS.items()]


def _swap_gates(array: NDArray) -> NDArray:
    """Exchange the first two thirds of axis 0: Keras z, r, h is Torch r, z, n."""
    first, second, third = np.split(array, 3)
    return np.concatenate([second, first, third])


class GRU:
    """Keras keeps z, r, h and one bias per product (2, 3H); Torch keeps r, z, n and two bias vectors."""

    torch_only: Mapping[str, str] = {}

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        keras: Weights = {}
        for prefix, suffix in _directions(storage):
            for name, source in (("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh")):
                if source + suffix in torch:
                    keras[prefix + name] = transpose(_swap_gates(torch[source + suffix]))
            if "bias_ih" + suffix in torch:
                keras[prefix + "bias"] = self._keras_bias(torch, suffix)
        return keras

    @staticmethod
    def _keras_bias(torch: Weights, suffix: str) -> NDArray:
        biases = [torch[name + suffix] for name in ("bias_ih", "bias_hh") if name + suffix in torch]
        swapped = [_swap_gates(bias) for bias in biases]
        return np.stack(swapped) if len(swapped) == 2 else swapped[0]

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        torch: Weights = {}
        for prefix, suffix in _directions(storage):
            for name, target in (("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh")):
                if prefix + name in keras:
                    torch[target + suffix] = _swap_gates(transpose(keras[prefix + name]))
            if prefix + "bias" in keras:
                biases = np.atleast_2d(keras[prefix + "bias"])
                for bias, name in zip(biases, ("bias_ih", "bias_hh"), strict=False):
                    torch[name + suffix] = _swap_gates(bias)
        return torch


_BIAS = Entry("bias", "bias")
_CONV = tensor_wise(Entry("kernel", "weight", kernel_to_keras, kernel_to_torch), _BIAS)
_NORM_PAIR = (Entry("gamma", "weight"), Entry("beta", "bias"))
_SECOND_BIAS = {f"bias_hh{suffix}": "recurrent-two-biases" for suffix in _DIRECTIONS.values()}
_IDENTITY = Identity()

LAYOUTS: Mapping[str, Layout] = {
    "dense": tensor_wise(Entry("kernel", "weight", transpose, transpose), _BIAS),
    "conv1d": _CONV,
    "conv2d": _CONV,
    "conv3d": _CONV,
    "conv1d_transpose": _CONV,
    "conv2d_transpose": _CONV,
    "conv3d_transpose": _CONV,
    "depthwise_conv1d": Depthwise(),
    "depthwise_conv2d": Depthwise(),
    "embedding": tensor_wise(Entry("embeddings", "weight")),
    "layer_norm": tensor_wise(*_NORM_PAIR),
    "group_norm": tensor_wise(*_NORM_PAIR),
    "rms_norm": tensor_wise(Entry("scale", "weight")),
    "batch_norm": tensor_wise(
        *_NORM_PAIR,
        Entry("moving_mean", "running_mean"),
        Entry("moving_variance", "running_var"),
        torch_only={"num_batches_tracked": "norm-batches-tracked"},
    ),
    "lstm": Recurrent(_SECOND_BIAS),
    "rnn": Recurrent(_SECOND_BIAS),
    "gru": GRU(),
    "prelu": tensor_wise(Entry("alpha", "weight")),
}


class Reshaped:
    """A kernel with its axes grouped otherwise: a dense layer as a 1x1 convolution, or as an einsum over heads."""

    torch_only: Mapping[str, str] = {}

    def __init__(self, keras: Mapping[str, Any], torch: Mapping[str, Any], torch_transposed: bool) -> None:
        self._keras, self._torch, self._transposed = keras, torch, torch_transposed

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        moved: Weights = {}
        if "weight" in torch:
            weight = torch["weight"]
            matrix = weight if self._transposed else weight.reshape(weight.shape[0], -1).T
            moved["kernel"] = as_stored(matrix, self._keras)
        if "bias" in torch:
            moved["bias"] = _reshaped(torch["bias"], self._keras.get("bias"))
        return moved

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        moved: Weights = {}
        if "kernel" in keras:
            matrix = as_matrix(keras["kernel"], self._keras)
            shaped = matrix if self._transposed else matrix.T
            moved["weight"] = contiguous(shaped).reshape(self._torch.get("weight", shaped.shape))
        if "bias" in keras:
            moved["bias"] = keras["bias"].reshape(-1)
        return moved


def matrix_size(storage: Storage) -> tuple[int, int]:
    """(inputs, units) of a kernel of Keras; (0, 0) where there is none."""
    stored = storage.get("kernel", ())
    shape = [stored[axis] for axis in storage.get("order", range(len(stored)))]
    split = storage.get("split", len(shape) - 1)
    return (int(np.prod(shape[:split])), int(np.prod(shape[split:]))) if shape else (0, 0)


def as_matrix(kernel: NDArray, storage: Storage) -> NDArray:
    """A kernel of Keras as (inputs, units), the axes that an einsum sums in front."""
    order = storage.get("order")
    ordered = kernel if order is None else kernel.transpose(order)
    inputs = int(np.prod(ordered.shape[: storage.get("split", ordered.ndim - 1)]))
    return ordered.reshape(inputs, -1)


def as_stored(matrix: NDArray, storage: Storage) -> NDArray:
    """The way back, from a matrix (inputs, outputs); a matrix of another size stays one."""
    shape, order = storage.get("kernel"), storage.get("order")
    if shape is None or order is None:
        return _reshaped(matrix, shape)
    kernel = _reshaped(matrix, tuple(shape[axis] for axis in order))
    return contiguous(kernel.transpose(np.argsort(order))) if kernel.ndim == len(order) else kernel


def _reshaped(array: NDArray, shape: tuple[int, ...] | None) -> NDArray:
    fits = shape is not None and int(np.prod(shape)) == array.size
    return contiguous(array.reshape(shape) if fits else array)


@dataclass(frozen=True)
class Cell:
    """A cell of PyTorch names its tensors like the first layer of its recurrence, without the number."""

    recurrence: Layout

    @property
    def torch_only(self) -> Mapping[str, str]:
        return {name.removesuffix("_l0"): rule for name, rule in self.recurrence.torch_only.items()}

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        return self.recurrence.to_keras({f"{name}_l0": array for name, array in torch.items()}, {})

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        moved = self.recurrence.to_torch(keras, {})
        return {name.removesuffix("_l0"): array for name, array in moved.items()}


def layout_of(kind: str) -> Layout:
    """The layout of a neutral layer kind; kinds of the user's own keep names and shapes."""
    return LAYOUTS.get(kind, _IDENTITY)


@dataclass(frozen=True)
class Rows:
    """Tables of different length: the rows that both have."""

    keras: int
    torch: int

    @property
    def torch_only(self) -> Mapping[str, str]:
        return {}

    def to_keras(self, torch: Weights, storage: Storage) -> Weights:
        return {"embeddings": _resized(torch["weight"], self.keras)} if "weight" in torch else {}

    def to_torch(self, keras: Weights, storage: Storage) -> Weights:
        return {"weight": _resized(keras["embeddings"], self.torch)} if "embeddings" in keras else {}


def _resized(table: NDArray, rows: int) -> NDArray:
    kept = table[:rows]
    return np.concatenate([kept, np.zeros((rows - len(kept), *table.shape[1:]), table.dtype)])


EMBEDDINGS = frozenset({"embedding", "reversible_embedding", "position_embedding"})
DENSE_LIKE = frozenset({"dense", "einsum_dense", "conv1d", "conv2d"})


def between(keras: Layer, torch: Layer) -> Layout | None:
    """The layout of two layers that may be of different kinds; None where the one cannot store the other's weights.

    Tables of different length keep the rows that both have.
    """
    if keras.kind in EMBEDDINGS and torch.kind == "embedding":
        rows = [side.storage.get(name, (0,))[0] for side, name in ((keras, "embeddings"), (torch, "weight"))]
        return LAYOUTS["embedding"] if rows[0] == rows[1] else Rows(*rows)
    if torch.storage.get("cell"):
        return Cell(layout_of(keras.kind)) if keras.kind == torch.kind else None
    if keras.kind == torch.kind == "prelu":
        return _slopes(keras.storage.get("alpha", ()), torch.storage.get("weight", ()))
    if keras.kind == torch.kind == "layer_norm":
        stored = keras.storage.get("gamma", keras.storage.get("beta", ()))
        return _over_axes(stored, torch.storage.get("weight", ()))
    if keras.kind == torch.kind == "rms_norm":
        return tensor_wise(Entry(keras.storage.get("vector", "scale"), torch.storage.get("vector", "weight")))
    if keras.kind == torch.kind and keras.kind not in ("einsum_dense",) and not torch.storage.get("transposed"):
        return layout_of(keras.kind)
    if {keras.kind, torch.kind} == {"conv2d", "depthwise_conv2d"}:
        return _CONV if keras.kind == "conv2d" else None
    if keras.kind == "conv1d" and torch.kind == "conv2d" and _covers_features(keras, torch):
        return Reshaped(keras.storage, torch.storage, False)
    if {keras.kind, torch.kind} <= CONVOLUTIONS and not is_matrix(keras):
        return _fewer_axes(keras.storage.get("kernel", ()), torch.storage.get("weight", ()))
    if keras.kind in DENSE_LIKE and torch.kind in DENSE_LIKE and is_matrix(keras) and is_matrix(torch):
        return Reshaped(keras.storage, torch.storage, bool(torch.storage.get("transposed")))
    return windowed(keras, torch)


def _slopes(keras: tuple[int, ...], torch: tuple[int, ...]) -> Layout | None:
    """Slopes of the channels: (1, 1, C) in Keras with shared axes, (C,) in PyTorch; rule: prelu-shape."""
    if int(np.prod(keras)) != int(np.prod(torch)):
        return None
    return tensor_wise(Entry("alpha", "weight", lambda array: array.reshape(keras), lambda array: array.reshape(torch)))


def _over_axes(keras: tuple[int, ...], torch: tuple[int, ...]) -> Layout:
    """A layer norm over several axes begins with the channels in PyTorch, and ends with them in Keras.

    Axes of length one may be there on one side alone: (C, 1, 1) of what a pool has left.
    """
    turned = (*torch[1:], *torch[:1])
    moved = len(torch) > 1 and [n for n in keras if n > 1] == [n for n in turned if n > 1]
    if not moved or (len(torch) == 2 and keras == torch):  # steps and features, as many
        return LAYOUTS["layer_norm"]
    ways = (
        lambda array: contiguous(np.moveaxis(array, 0, -1)).reshape(keras),
        lambda array: contiguous(np.moveaxis(array.reshape(turned), -1, 0)),
    )
    return tensor_wise(Entry("gamma", "weight", *ways), Entry("beta", "bias", *ways))


def _fewer_axes(keras: tuple[int, ...], torch: tuple[int, ...]) -> Layout | None:
    """A window that is one wide along some axes, (1, k, k), and code that folds these into the batch."""
    stored = turned_shape(torch)
    if not keras or [n for n in keras[:-2] if n > 1] + [*keras[-2:]] != [n for n in torch[2:] if n > 1] + [
        *torch[1::-1]
    ]:
        return None
    there, back = (
        lambda array: kernel_to_torch(array.reshape(stored)),
        lambda array: kernel_to_keras(array).reshape(keras),
    )
    return tensor_wise(Entry("kernel", "weight", back, there), _BIAS)


def _covers_features(keras: Layer, torch: Layer) -> bool:
    """A window over steps and all features of a sequence that is taken for an image of one channel."""
    kernel, weight = keras.storage.get("kernel", ()), torch.storage.get("weight", ())
    return tuple(weight) == (*kernel[2:], 1, *kernel[:2])


def is_matrix(layer: Layer) -> bool:
    """A dense layer in effect: no window wider than one."""
    return all(size == 1 for size in layer.attributes.get("kernel", ())) and layer.attributes.get("groups", 1) == 1
