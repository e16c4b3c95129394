"""Pairs of places that hold the same tensors, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from parity.joined import ends, joined_axis, shape_beside
from parity.kinds import CONVOLUTIONS
from parity.layouts import (
    Layout,
    Weights,
    as_matrix,
    as_stored,
    depthwise_to_keras,
    depthwise_to_torch,
    kernel_to_keras,
    kernel_to_torch,
    layout_of,
    matrix_size,
)
from parity.recording import Arrays, Layer, Parameter
from parity.shapes import Shape, axes_between, lined_up, with_axes_of
from parity.stacks import list_axis

PROJECTIONS = ("q_proj_weight", "k_proj_weight", "v_proj_weight")


Place = tuple[str, str, Shape]
"""Layer, name and shape of a tensor."""


class Link(Protocol):
    """Tensors of the one side that are tensors of the other."""

    @property
    def explained(self) -> MappingType[str, str]: ...

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays: ...

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays: ...


@dataclass(frozen=True)
class LayerLink:
    """One layer on each side."""

    keras: Layer
    torch: Layer
    layout: Layout

    @property
    def explained(self) -> MappingType[str, str]:
        return {f"{self.torch.path}/{name}": rule for name, rule in self.layout.torch_only.items()}

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        moved = self.layout.to_torch(dict(keras.get(self.keras.path, {})), self.keras.storage)
        return {f"{self.torch.path}/{name}": array for name, array in moved.items()}

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        moved = self.layout.to_keras(dict(torch.get(self.torch.path, {})), self.torch.storage)
        return {f"{self.keras.path}/{name}": array for name, array in moved.items()}


@dataclass(frozen=True)
class FusedLink:
    """Projections that PyTorch keeps in one tensor, such as query, key and value; rule: attention-packed-projection.

    Args:
        shape: of the tensor, where it is that of a convolution of width one.
        heads: so many times the parts take turns: query, key and value of the first head, then of the second.
    """

    keras: tuple[Layer, ...]
    torch: str
    weight: str = "weight"
    bias: str = "bias"
    transposed: bool = False
    shape: tuple[int, ...] | None = None
    heads: int = 1
    explained: MappingType[str, str] = field(default_factory=dict)

    def _packed(self, parts: Sequence[NDArray]) -> NDArray:
        """Parts side by side along the last axis, head by head."""
        by_head = [part.reshape(*part.shape[:-1], self.heads, -1) for part in parts]
        packed = np.concatenate(by_head, axis=-1)
        return packed.reshape(*packed.shape[:-2], -1)

    def _parts(self, packed: NDArray) -> list[NDArray]:
        sizes = [matrix_size(layer.storage)[1] // self.heads for layer in self.keras]
        by_head = packed.reshape(*packed.shape[:-1], self.heads, -1)
        return [part.reshape(*packed.shape[:-1], -1) for part in np.split(by_head, np.cumsum(sizes)[:-1], axis=-1)]

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        parts = [keras.get(layer.path, {}) for layer in self.keras]
        found: Arrays = {}
        if all("kernel" in part for part in parts):
            rows = [_rows(part["kernel"], layer) for part, layer in zip(parts, self.keras, strict=True)]
            packed = self._packed([each.reshape(len(each), -1).T for each in rows])
            stored = np.ascontiguousarray(packed if self.transposed else packed.T)
            found[f"{self.torch}/{self.weight}"] = stored.reshape(self.shape or stored.shape)
        if biases := _all_biases(parts, self.keras):
            found[f"{self.torch}/{self.bias}"] = self._packed(biases)
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        stored = torch.get(self.torch, {})
        found: Arrays = {}
        if self.weight in stored:
            packed = (
                stored[self.weight] if self.transposed else stored[self.weight].reshape(len(stored[self.weight]), -1).T
            )
            for layer, part in zip(self.keras, self._parts(packed), strict=True):
                found[f"{layer.path}/kernel"] = _kernel(part.T, layer)
        if self.bias in stored:
            found |= _own_biases(self._parts(stored[self.bias]), self.keras)
        return found


def is_biased(layer: Layer) -> bool:
    """It may have a bias, as far as is known."""
    return "bias" in layer.storage or bool(layer.attributes.get("bias", "kernel" not in layer.storage))


def _all_biases(parts: Sequence[Weights], layers: Sequence[Layer]) -> list[NDArray]:
    """Those of several layers, zeros for one that has none; nothing if none has one."""
    owners = [part for part, layer in zip(parts, layers, strict=True) if is_biased(layer)]
    if not owners or any("bias" not in part for part in owners):
        return []
    dtype = owners[0]["bias"].dtype
    return [
        part["bias"].reshape(-1) if is_biased(layer) else np.zeros(units_of(layer), dtype)
        for part, layer in zip(parts, layers, strict=True)
    ]


def _own_biases(parts: Sequence[NDArray], layers: Sequence[Layer]) -> Arrays:
    """Each to its layer, if that has one; to all of them if none has."""
    owners = [layer for layer in layers if is_biased(layer)] or layers
    return {
        f"{layer.path}/bias": _shaped(part, layer.storage.get("bias"))
        for part, layer in zip(parts, layers, strict=True)
        if layer in owners
    }


def units_of(layer: Layer) -> int:
    return int(layer.storage["weight"][0] if "weight" in layer.storage else matrix_size(layer.storage)[1])


def _rows(kernel: NDArray, layer: Layer) -> NDArray:
    """A kernel of Keras by units, as PyTorch stores it: (out, in, *window) of a convolution, else (units, inputs)."""
    return kernel_to_torch(kernel) if layer.kind in CONVOLUTIONS else as_matrix(kernel, layer.storage).T


def _kernel(rows: NDArray, layer: Layer) -> NDArray:
    """The way back; whatever stands behind the first axis of ``rows`` is flattened or not."""
    stored = layer.storage.get("kernel")
    if layer.kind in CONVOLUTIONS and stored:
        *window, channels, _ = stored
        return kernel_to_keras(rows.reshape(-1, channels, *window))
    return np.ascontiguousarray(as_stored(rows.reshape(len(rows), -1).T, layer.storage))


def _shaped(array: NDArray, shape: tuple[int, ...] | None) -> NDArray:
    return np.ascontiguousarray(array if shape is None else array.reshape(shape))


@dataclass(frozen=True)
class SeparateLink:
    """Projections of inputs of several widths, which an attention of PyTorch keeps in three tensors with one bias."""

    keras: tuple[Layer, ...]
    torch: str
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        parts = [keras.get(layer.path, {}) for layer in self.keras]
        found: Arrays = {}
        for name, layer, part in zip(PROJECTIONS, self.keras, parts, strict=True):
            if "kernel" in part:
                found[f"{self.torch}/{name}"] = np.ascontiguousarray(as_matrix(part["kernel"], layer.storage).T)
        if biases := _all_biases(parts, self.keras):
            found[f"{self.torch}/in_proj_bias"] = np.concatenate(biases)
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        stored = torch.get(self.torch, {})
        found: Arrays = {}
        for name, layer in zip(PROJECTIONS, self.keras, strict=True):
            if name in stored:
                found[f"{layer.path}/kernel"] = np.ascontiguousarray(as_stored(stored[name].T, layer.storage))
        if "in_proj_bias" in stored:
            found |= _own_biases(np.split(stored["in_proj_bias"], len(self.keras)), self.keras)
        return found


@dataclass(frozen=True)
class SpreadLink:
    """Projections that Keras keeps in one tensor, and PyTorch in several layers; or convolutions of one window."""

    keras: Layer
    torch: tuple[Layer, ...]
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        stored = keras.get(self.keras.path, {})
        ends = np.cumsum([layer.storage["weight"][0] for layer in self.torch])[:-1]
        found: Arrays = {}
        if "kernel" in stored:
            rows = np.split(_rows(stored["kernel"], self.keras), ends)
            for layer, part in zip(self.torch, rows, strict=True):
                found[f"{layer.path}/weight"] = np.ascontiguousarray(part).reshape(-1, *layer.storage["weight"][1:])
        if "bias" in stored:
            found |= _own_biases(np.split(stored["bias"].reshape(-1), ends), self.torch)
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        parts = [torch.get(layer.path, {}) for layer in self.torch]
        found: Arrays = {}
        if all("weight" in part for part in parts):
            rows = np.concatenate([part["weight"].reshape(len(part["weight"]), -1) for part in parts])
            found[f"{self.keras.path}/kernel"] = _kernel(rows, self.keras)
        if biases := _all_biases(parts, self.torch):
            found[f"{self.keras.path}/bias"] = _shaped(np.concatenate(biases), self.keras.storage.get("bias"))
        return found

    @property
    def together(self) -> tuple[tuple[Place, ...], ...]:
        """The Torch tensors of every tensor of Keras."""
        weights = tuple((layer.path, "weight", layer.storage["weight"]) for layer in self.torch)
        biases = tuple((layer.path, "bias", layer.storage["weight"][:1]) for layer in self.torch if is_biased(layer))
        return (weights, *([biases] if biases else []))


@dataclass(frozen=True)
class BranchesLink:
    """Convolutions or dense layers of slices of the channels, which PyTorch has as one convolution with groups.

    Args:
        window: of the convolution, which dense layers do without.
    """

    keras: tuple[Layer, ...]
    torch: str
    window: tuple[int, ...] = ()
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        parts = [keras.get(layer.path, {}) for layer in self.keras]
        found: Arrays = {}
        if all("kernel" in part for part in parts):
            found[f"{self.torch}/weight"] = np.concatenate([self._weight(part["kernel"]) for part in parts])
        if biases := _all_biases(parts, self.keras):
            found[f"{self.torch}/bias"] = np.concatenate(biases)
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        stored = torch.get(self.torch, {})
        found: Arrays = {}
        if "weight" in stored:
            parts = zip(self.keras, np.split(stored["weight"], len(self.keras)), strict=True)
            found |= {f"{layer.path}/kernel": self._kernel(part, layer) for layer, part in parts}
        if "bias" in stored:
            found |= _own_biases(np.split(stored["bias"], len(self.keras)), self.keras)
        return found

    def _weight(self, kernel: NDArray) -> NDArray:
        weight = kernel_to_torch(kernel)
        return weight.reshape(*weight.shape[:2], *(self.window or weight.shape[2:]))

    def _kernel(self, weight: NDArray, layer: Layer) -> NDArray:
        kernel = kernel_to_keras(weight)
        return kernel.reshape(layer.storage.get("kernel", kernel.shape))


@dataclass(frozen=True)
class SplitLink:
    """A separable convolution of Keras, two convolutions in PyTorch; rule: separable-inner-bias."""

    keras: Layer
    depthwise: Layer
    pointwise: Layer
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        stored = keras.get(self.keras.path, {})
        found: Arrays = {}
        if "depthwise_kernel" in stored:
            found[f"{self.depthwise.path}/weight"] = depthwise_to_torch(stored["depthwise_kernel"])
        if "pointwise_kernel" in stored:
            found[f"{self.pointwise.path}/weight"] = kernel_to_torch(stored["pointwise_kernel"])
        return found | ({f"{self.pointwise.path}/bias": stored["bias"]} if "bias" in stored else {})

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        first, second = torch.get(self.depthwise.path, {}), torch.get(self.pointwise.path, {})
        found: Arrays = {}
        if "weight" in first:
            of_one_channel = {"multiplier": len(first["weight"])}
            kernel = depthwise_to_keras(first["weight"], {**of_one_channel, **self.depthwise.storage})
            found[f"{self.keras.path}/depthwise_kernel"] = kernel
        if "weight" in second:
            found[f"{self.keras.path}/pointwise_kernel"] = kernel_to_keras(second["weight"])
        return found | ({f"{self.keras.path}/bias": second["bias"]} if "bias" in second else {})


@dataclass(frozen=True)
class StackedLink:
    """Recurrent layers in a row that PyTorch keeps in one module; rule: recurrent-two-biases."""

    keras: tuple[Layer, ...]
    torch: Layer

    @property
    def _layout(self) -> Layout:
        return layout_of(self.torch.kind)

    @property
    def explained(self) -> MappingType[str, str]:
        return {
            f"{self.torch.path}/{_numbered(name, number)}": rule
            for number in range(len(self.keras))
            for name, rule in self._layout.torch_only.items()
        }

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        found: Arrays = {}
        for number, layer in enumerate(self.keras):
            moved = self._layout.to_torch(dict(keras.get(layer.path, {})), layer.storage)
            found |= {f"{self.torch.path}/{_numbered(name, number)}": array for name, array in moved.items()}
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        stored = torch.get(self.torch.path, {})
        found: Arrays = {}
        for number, layer in enumerate(self.keras):
            own = {name.replace(f"_l{number}", "_l0"): a for name, a in stored.items() if f"_l{number}" in name}
            moved = self._layout.to_keras(own, self.torch.storage)
            found |= {f"{layer.path}/{name}": array for name, array in moved.items()}
        return found


def _numbered(name: str, number: int) -> str:
    return name.replace("_l0", f"_l{number}")


@dataclass(frozen=True)
class TensorLink:
    """A tensor outside the known layers: the same on both sides up to axes of length one, or stored as kernels are.

    Args:
        transposed: Keras has (*window, in, out) or (in, out), PyTorch (out, in, *window) or (out, in); or the axes
            stand in another order, and their lengths tell which is which.
        axes: the order of PyTorch's axes in Keras, where lengths do not tell it; without those of length one in front
            that only one side has.
    """

    keras: Parameter
    torch: Parameter
    transposed: bool = False
    axes: tuple[int, ...] = ()
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        array = keras.get(self.keras.layer, {}).get(self.keras.name)
        moved = self._turned(array, kernel_to_torch, lined_up(self.keras.shape, self.torch.shape))
        return {} if moved is None else {self.torch.path: np.ascontiguousarray(moved).reshape(self.torch.shape)}

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        array = torch.get(self.torch.layer, {}).get(self.torch.name)
        moved = self._turned(array, kernel_to_keras, lined_up(self.torch.shape, self.keras.shape))
        return {} if moved is None else {self.keras.path: np.ascontiguousarray(moved).reshape(self.keras.shape)}

    def _turned(
        self, array: NDArray | None, as_kernel: Callable[[NDArray], NDArray], shapes: tuple[Shape, Shape]
    ) -> NDArray | None:
        if array is None or not (self.transposed or self.axes):
            return array
        here, wanted = shapes
        array = array.reshape(here)
        if self.axes:
            back = tuple(int(axis) for axis in np.argsort(self.axes))
            return array.transpose(self.axes if as_kernel is kernel_to_keras else back)
        moved = as_kernel(array)
        axes = axes_between(wanted, here) if moved.shape != wanted else None
        return moved if axes is None else array.transpose(axes)


@dataclass(frozen=True)
class CoupleLink:
    """Real and imaginary part, which are the last axis of one tensor on the other side; see ``parity.couples``."""

    keras: tuple[Parameter, ...]
    torch: tuple[Parameter, ...]
    transposed: bool = False
    axes: tuple[int, ...] = ()
    explained: MappingType[str, str] = field(default_factory=dict)

    @property
    def _whole(self) -> TensorLink:
        return TensorLink(_one_of(self.keras), _one_of(self.torch), self.transposed, self.axes)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        return _taken_apart(self._whole.to_torch(_with_one(keras, self.keras)), self.torch)

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        return _taken_apart(self._whole.to_keras(_with_one(torch, self.torch)), self.keras)


def _one_of(parts: Sequence[Parameter]) -> Parameter:
    return parts[0] if len(parts) == 1 else replace(parts[0], shape=(*parts[0].shape, len(parts)))


def _with_one(stored: MappingType[str, Weights], parts: Sequence[Parameter]) -> MappingType[str, Weights]:
    """Both parts as one, under the name of the first."""
    held = stored.get(parts[0].layer, {})
    if len(parts) == 1 or any(part.name not in held for part in parts):
        return stored if len(parts) == 1 else {}
    return {parts[0].layer: {parts[0].name: np.stack([held[part.name] for part in parts], -1)}}


def _taken_apart(moved: Arrays, parts: Sequence[Parameter]) -> Arrays:
    if len(parts) == 1 or not moved:
        return moved
    whole = moved[parts[0].path]
    return {part.path: np.ascontiguousarray(whole[..., n]) for n, part in enumerate(parts)}


@dataclass(frozen=True)
class _PartsLink:
    """Tensors on one side that are parts of one tensor on the other.

    Args:
        transposed: each part is a kernel, which Keras has the other way round.
    """

    keras: tuple[Parameter, ...]
    torch: tuple[Parameter, ...]
    transposed: bool = False
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        return self._moved(keras, self.keras, self.torch, kernel_to_torch, is_keras=True)

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        return self._moved(torch, self.torch, self.keras, kernel_to_keras, is_keras=False)

    def _moved(
        self,
        stored: MappingType[str, Weights],
        here: tuple[Parameter, ...],
        there: tuple[Parameter, ...],
        turn: Callable[[NDArray], NDArray],
        is_keras: bool,
    ) -> Arrays:
        arrays = [stored[each.layer][each.name] for each in here if each.name in stored.get(each.layer, {})]
        if len(arrays) < len(here):
            return {}
        whole, parts = (here[0], there) if len(here) == 1 else (there[0], here)
        side = is_keras == (len(here) > 1)
        shapes = [shape_beside(part.shape, whole.shape, side, self.transposed) for part in parts]
        alike = [each.reshape(with_axes_of(each.shape, whole.shape)) for each in arrays]
        apart = self._apart(arrays[0], whole.shape, shapes) if len(here) == 1 else alike
        moved = [np.ascontiguousarray(turn(each) if self.transposed else each) for each in apart]
        if len(here) == 1:
            return {to.path: each.reshape(to.shape) for to, each in zip(there, moved, strict=True)}
        return {whole.path: self._together(moved, whole.shape, shapes)}

    @property
    def together(self) -> tuple[tuple[Place, ...], ...]:
        """The Torch tensors of every tensor of Keras."""
        return (tuple((each.layer, each.name, each.shape) for each in self.torch),)

    def _apart(self, array: NDArray, whole: Shape, parts: Sequence[Shape]) -> Sequence[NDArray]:
        """The parts of the whole tensor, in its order of axes."""
        raise NotImplementedError

    def _together(self, arrays: Sequence[NDArray], whole: Shape, parts: Sequence[Shape]) -> NDArray:
        raise NotImplementedError


class StackLink(_PartsLink):
    """Tensors in a list on one side, along an axis of their own on the other; see ``parity.stacks``."""

    def _apart(self, array: NDArray, whole: Shape, parts: Sequence[Shape]) -> Sequence[NDArray]:
        axis = list_axis(whole, parts[0], len(parts)) or 0
        return [np.take(array, n, axis) for n in range(len(parts))]

    def _together(self, arrays: Sequence[NDArray], whole: Shape, parts: Sequence[Shape]) -> NDArray:
        axis = list_axis(whole, parts[0], len(parts)) or 0
        return np.stack([each.reshape(*whole[:axis], *whole[axis + 1 :]) for each in arrays], axis)


class JoinedLink(_PartsLink):
    """Tensors on one side that lie side by side on the other; see ``parity.joined``."""

    def _apart(self, array: NDArray, whole: Shape, parts: Sequence[Shape]) -> Sequence[NDArray]:
        axis = joined_axis(whole, parts) or 0
        return np.split(array, ends([shape[axis] for shape in parts]), axis)

    def _together(self, arrays: Sequence[NDArray], whole: Shape, parts: Sequence[Shape]) -> NDArray:
        return np.ascontiguousarray(np.concatenate(arrays, joined_axis(whole, parts) or 0))


@dataclass(frozen=True)
class AddedLink:
    """Projections whose results are added, and one projection of what they take side by side: one of them is single."""

    keras: tuple[Layer, ...]
    torch: tuple[Layer, ...]
    explained: MappingType[str, str] = field(default_factory=dict)

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        stored = [keras.get(layer.path, {}) for layer in self.keras]
        found: Arrays = {}
        if all("kernel" in part for part in stored):
            rows = [_rows(part["kernel"], layer) for part, layer in zip(stored, self.keras, strict=True)]
            inputs = [layer.storage["weight"][1] for layer in self.torch]
            for layer, part in zip(self.torch, _side_by_side(rows, inputs), strict=True):
                found[f"{layer.path}/weight"] = np.ascontiguousarray(part).reshape(layer.storage["weight"])
        return found | _one_bias(stored, self.torch)

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        stored = [torch.get(layer.path, {}) for layer in self.torch]
        found: Arrays = {}
        if all("weight" in part for part in stored):
            rows = [part["weight"] for part in stored]
            inputs = [_inputs(layer) for layer in self.keras]
            for layer, part in zip(self.keras, _side_by_side(rows, inputs), strict=True):
                found[f"{layer.path}/kernel"] = _kernel(part, layer)
        return found | _one_bias(stored, self.keras)


def _side_by_side(rows: Sequence[NDArray], inputs: Sequence[int]) -> list[NDArray]:
    """(units, inputs, ...) cut into other pieces along the inputs."""
    return np.split(np.concatenate(rows, axis=1), np.cumsum(inputs)[:-1], axis=1)


def _inputs(layer: Layer) -> int:
    return layer.storage["kernel"][-2] if layer.kind in CONVOLUTIONS else matrix_size(layer.storage)[0]


def _one_bias(stored: Sequence[Weights], layers: Sequence[Layer]) -> Arrays:
    """Only one of several has a bias, on both sides."""
    biases = [part["bias"] for part in stored if "bias" in part]
    owners = [layer for layer in layers if layer.attributes.get("bias")]
    return {
        f"{layer.path}/bias": _shaped(bias.reshape(-1), layer.storage.get("bias"))
        for layer, bias in zip(owners, biases, strict=False)
    }


def with_zeros(link: Link, torch: MappingType[str, Weights]) -> MappingType[str, Weights]:
    """Gradients of the tensors of a link, zeros for one that was not used where others of one Keras tensor were."""
    filled = {layer: dict(tensors) for layer, tensors in torch.items()}
    for places in getattr(link, "together", ()):
        there = [torch[layer][name] for layer, name, _ in places if name in torch.get(layer, {})]
        for layer, name, shape in places if there else ():
            filled.setdefault(layer, {}).setdefault(name, np.zeros(shape, there[0].dtype))
    return filled
