"""Follow two facts of every tensor through a Torch forward pass: its axis order and where it came from.

PyTorch tensors do not say whether axis 1 is the channel axis. Here an image tensor is marked when it
enters the model or leaves a layer that works on axis 1, and the mark travels through every function that
keeps the shape of its input; a function that moves axes ends it, unless it is known where the axes of the image
went (``axes.py``). Features that were flattened from an image remember its axes until a layer mixes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.overrides import TorchFunctionMode

from parity.listing import Features, as_listed, in_order
from parity.recording import Mover
from parity.sides import axes
from parity.sides.axes import Axes
from parity.sides.common import only_one
from parity.sides.torch_axes import JOINING, MOVING, RESHAPING, axes_behind

_MARK = "_parity_mark"
_MOVER = "_parity_mover"
_MAKE_CHANNELS_FIRST = frozenset(
    {
        "conv1d",
        "conv2d",
        "conv3d",
        "conv_transpose1d",
        "conv_transpose2d",
        "conv_transpose3d",
        "max_pool1d",
        "max_pool2d",
        "max_pool3d",
        "avg_pool1d",
        "avg_pool2d",
        "avg_pool3d",
        "adaptive_avg_pool1d",
        "adaptive_avg_pool2d",
        "adaptive_avg_pool3d",
        "adaptive_max_pool1d",
        "adaptive_max_pool2d",
        "adaptive_max_pool3d",
        "interpolate",
        "pad",
        "group_norm",
        "pixel_shuffle",
        "pixel_unshuffle",
    }
)
_NORM_CHANNELS = frozenset({"batch_norm", "instance_norm"})
_END_CHANNELS_FIRST = frozenset(
    {
        "permute",
        "transpose",
        "movedim",
        "moveaxis",
        "swapaxes",
        "unflatten",
        "linear",
        "embedding",
        "matmul",
        "bmm",
        "squeeze",
        "unsqueeze",
        "lstm",
        "gru",
        "rnn_tanh",
        "stack",
        "unbind",
        "getitem",
        "__getitem__",
        "einsum",
        "scaled_dot_product_attention",
        "layer_norm",
        "multi_head_attention_forward",
    }
)


_REDUCING = frozenset({"mean", "sum", "max", "amax", "min", "amin", "logsumexp", "std", "var", "norm", "prod"})
_NONE: Mapping[str, Any] = {}
_PARTS = frozenset({"real", "imag"})
"""Of complex numbers."""
_TURNED = frozenset({"mT", "mH", "adjoint"})
_SYNONYMS = {"swapdims": "transpose", "swapaxes": "transpose"}
TO_TIME_FIRST, FROM_TIME_FIRST = (2, 0, 1), (1, 2, 0)
"""Of (B, C, T) and (T, B, C)."""
SAMPLES_AND_STEPS = ((0, 1), (1, 0), (1, 0, 2))
"""Exchanged, of (B, T, C) or (T, B, C)."""
_MOVING = frozenset({"permute", "transpose", "movedim", "moveaxis"})
_FLATTEN = frozenset({"flatten", "reshape", "view"})
_LIKE_ANOTHER = frozenset({"to", "type_as", "expand_as", "view_as", "reshape_as"})
"""Functions that take from a second tensor no more than its type or its shape."""
_TO_CHANNELS_FIRST = frozenset({("permute", (0, 3, 1, 2)), ("permute", (0, 2, 1)), ("permute", (0, 4, 1, 2, 3))})


class Mark(NamedTuple):
    """What is known of one tensor.

    Args:
        channels_first: axis 1 holds the channels.
        sources: what made it: paths of layers, or numbers of events.
        flattened: the features, where they list several axes of an image.
        time_first: axis 0 holds the steps of a sequence and axis 1 the samples.
        turned: a linear layer has mixed the steps of a sequence whose axis 1 holds the channels: as it is, it is what
            the other side has, and the next exchange of axes puts the channels last.
        planes: an image (B, H, W) whose channels were reduced to one: a new axis 1 holds it.
        went: where the axes of an image are, if that is known.
    """

    channels_first: bool
    sources: frozenset[Any]
    flattened: Features | None = None
    time_first: bool = False
    turned: bool = False
    planes: bool = False
    went: Axes | None = None


def mark_of(tensor: torch.Tensor) -> Mark:
    return getattr(tensor, _MARK, None) or Mark(False, frozenset())


def set_mark(
    tensor: torch.Tensor,
    channels_first: bool,
    sources: frozenset[Any],
    flattened: Features | None = None,
    time_first: bool = False,
    turned: bool = False,
    planes: bool = False,
    went: Axes | None = None,
) -> None:
    setattr(tensor, _MARK, Mark(channels_first, sources, flattened, time_first, turned, planes, went))


def mover_of(tensors: Iterable[torch.Tensor]) -> Mover | None:
    """What last put the numbers of the one of them that was moved into another order or shape."""
    return only_one(getattr(tensor, _MOVER, None) for tensor in tensors)


def set_mover(tensors: Iterable[torch.Tensor], mover: Mover | None) -> None:
    for tensor in tensors:
        setattr(tensor, _MOVER, mover)


def unmark(model: torch.nn.Module) -> None:
    """Stored tensors come from nowhere; code may have put one there that a former run has made."""
    for tensor in (*model.parameters(), *model.buffers()):
        vars(tensor).pop(_MARK, None)
        vars(tensor).pop(_MOVER, None)


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Every tensor inside nested tuples, lists and dicts."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_in(item)


class Tracing(TorchFunctionMode):
    """Carry the marks from the inputs of every torch function to its results."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if _asks_again_for_gradients(func, args):
            return None
        result = func(*args, **(kwargs or {}))
        produced = list(tensors_in(result))
        if produced:
            name, said = plainly(func, args)
            given = args[:1] if func is torch.Tensor.__deepcopy__ else (args, kwargs or {})  # the memo holds a model
            carry(name, said, list(tensors_in(given)), produced, kwargs or {})
        return result


def _asks_again_for_gradients(func: Any, args: Any) -> bool:
    """``x.requires_grad = True`` of what needs them already, which PyTorch only lets a leaf be told (wav2vec 2.0)."""
    sets = getattr(func, "__self__", None) is torch.Tensor.requires_grad and func.__name__ == "__set__"
    return sets and bool(args[0].requires_grad and args[1])


def plainly(func: Any, args: Any) -> tuple[str, Any]:
    """Name and arguments of a function; ``x.mT`` is ``transpose(x, -2, -1)``, ``x.T`` turns all axes around."""
    name = function_name(func)
    read = getattr(getattr(func, "__self__", None), "__name__", name) if name == "get" else name
    if read in _TURNED:
        return "transpose", (args[0], -2, -1)
    if read in _PARTS:
        return read, args
    if read in ("T", "H"):
        return "permute", (args[0], *reversed(range(args[0].dim())))
    return _SYNONYMS.get(name, name), args


def function_name(func: Any) -> str:
    """``Tensor.__iadd__``, ``add_`` and ``add`` are one operation."""
    name = getattr(func, "__name__", "")
    bare = name.strip("_")
    return bare[1:] if name.startswith("__i") and bare not in ("invert", "int") else bare


def carry(
    name: str, args: Any, given: list[torch.Tensor], produced: list[torch.Tensor], options: Mapping[str, Any] = _NONE
) -> None:
    """Set the marks of the results of one function."""
    given = given[:1] if name in _LIKE_ANOTHER else given
    axis = _axis_of(args, options, given[0].dim()) if name in _REDUCING and given else None
    marks = [mark_of(tensor) for tensor in given]
    sources: frozenset[Any] = frozenset().union(*(mark.sources for mark in marks)) if marks else frozenset()
    before = [_axes_of(tensor, mark) for tensor, mark in _both(given, marks)]
    if name in JOINING:
        before = [each or axes.unknown(tensor.shape) for each, tensor in zip(before, given, strict=True)]
    for tensor in produced:
        went = axes_behind(name, (args, options), before, axis, tensor.shape)
        without = (axis or 0) >= 2 and marks[0].channels_first and 3 <= tensor.dim() == given[0].dim() - 1
        first = without or _is_channels_first(name, args, given, marks, tensor, went)
        flat = axes.listing(went, 1 if first and tensor.dim() >= 3 else -1) if went else None
        turned = not first and _is_turned(name, given, marks, tensor)
        planes = not first and _is_planes(name, axis, given, marks, tensor)
        time_first = _is_time_first(name, args, given, marks, tensor, went)
        set_mark(tensor, first, sources, flat, time_first, turned, planes, went)


def _axes_of(tensor: torch.Tensor, mark: Mark) -> Axes | None:
    if mark.went is not None and axes.sizes(mark.went) == tuple(tensor.shape):
        return mark.went
    return axes.of_image(tensor.shape, channels_first=True) if mark.channels_first and tensor.dim() >= 3 else None


def _is_channels_first(
    name: str, args: Any, given: list[torch.Tensor], marks: list[Mark], result: Any, went: Axes | None
) -> bool:
    rank = result.dim()
    told = _told_by_axes(name, marks[0], went) if rank >= 3 and marks else None
    if told is not None:
        return told
    if name in _NORM_CHANNELS and rank >= 4:  # in a sequence it may well be the steps that are normed
        return True
    if name in _MAKE_CHANNELS_FIRST:
        return rank >= 3 and (name != "pad" or _kept(given, marks, result))
    if name == "layer_norm" and rank == 3 and result.shape[1] == result.shape[2]:  # it may be the steps that are normed
        return marks[0].channels_first
    if name == "layer_norm" and rank >= 4 and tuple(args[1]) == tuple(result.shape[1:]):  # everything is
        return marks[0].channels_first
    if name == "matmul" and given[0].dim() == 2:  # a matrix from the left works on the axis before the last
        return rank >= 3 and marks[-1].channels_first
    if (name == "unfold" and (given[0].dim(), rank) == (4, 3)) or (name == "fold" and rank == 4):
        return True
    if name in _FLATTEN:
        unfolded = rank >= 4 and given[0].dim() == 2 and result.shape[0] == given[0].shape[0]
        return unfolded or (
            rank >= 3 and any(m.channels_first and g.shape[:2] == result.shape[:2] for g, m in _both(given, marks))
        )
    if name in ("permute", "transpose", "swapaxes"):
        if marks[0].time_first and _axes_in(args) == FROM_TIME_FIRST:
            return True
        return not marks[0].turned and _ends_channels_first(name, args, given[0], marks[0].channels_first)
    if _adds_axis_1(name, args, rank):
        return marks[0].planes
    ends = name in _END_CHANNELS_FIRST and not _only_cuts(name, args)
    return not ends and _kept(given, marks, result)


def _told_by_axes(name: str, before: Mark, went: Axes | None) -> bool | None:
    """The axes of the image say where its channels are, samples first; None if they do not.

    Merged with the rows behind them by nothing but a view, they may be meant as features or as steps.
    """
    if went is None or name not in MOVING | RESHAPING | {"getitem"} or before.time_first or before.turned:
        return None
    place = axes.place_of_channels(went)
    if place is None and name in RESHAPING and axes.ends_in_space(went):
        return True
    merged = name in RESHAPING and len(went[1]) > 1 and axes.only_merged(went)
    if place is None or merged or axes.lists_a_grid(went, place):
        return None
    return place == 1 and axes.begins_with_samples(went[0])


def _axis_of(args: Any, options: Mapping[str, Any], rank: int) -> int | None:
    """The one axis of images or sequences that is reduced."""
    axis = options.get("dim", args[1] if len(args) > 1 else None)
    axis = axis[0] if isinstance(axis, (tuple, list)) and len(axis) == 1 else axis
    return axis % rank if type(axis) is int and rank > 2 else None


def _only_cuts(name: str, args: Any) -> bool:
    """An index of slices alone leaves every axis where it is."""
    if name not in ("getitem", "__getitem__"):
        return False
    index = args[1] if isinstance(args[1], tuple) else (args[1],)
    return all(isinstance(part, slice) or part is Ellipsis for part in index)


def _adds_axis_1(name: str, args: Any, rank: int) -> bool:
    """``x.unsqueeze(1)`` and ``x[:, None]``."""
    if name == "unsqueeze":
        return rank == 4 and len(args) > 1 and args[1] in (1, 1 - rank)
    return name == "getitem" and isinstance(args[1], tuple) and args[1][:2] == (slice(None), None)


def _is_planes(name: str, axis: int | None, given: list[torch.Tensor], marks: list[Mark], result: Any) -> bool:
    """A reduction over the channels starts it, a function of single numbers keeps it."""
    if result.dim() != 3:
        return False
    if name in _REDUCING and axis is not None:
        return axis == 1 and given[0].dim() == 4 and marks[0].channels_first
    return any(mark.planes and tensor.shape == result.shape for tensor, mark in _both(given, marks))


def _is_turned(name: str, given: list[torch.Tensor], marks: list[Mark], result: Any) -> bool:
    """A linear layer along the steps of a sequence starts it, moving the axes ends it."""
    if result.dim() != 3 or name in _MOVING:
        return False
    if name == "linear":
        return marks[0].channels_first or marks[0].turned
    return any(mark.turned and tensor.shape == result.shape for tensor, mark in _both(given, marks))


def _is_time_first(
    name: str, args: Any, given: list[torch.Tensor], marks: list[Mark], result: Any, went: Axes | None
) -> bool:
    """Exchanging the first two axes of a sequence starts it, and ends it; of tokens, those that are looked up."""
    if name == "embedding":
        return result.dim() == 3 and any(mark.time_first for mark in marks)
    if result.dim() != 3 and not (result.dim() == 2 and _holds_tokens(given)):
        return False
    if name == "einsum":
        return _ends_time_first(args[0], marks)
    if name in RESHAPING and went and any(map(axes.begins_with_samples, went[:2])):
        with_channels = len(went[1]) > 1 and not went[0]  # every sample a group of channels of one image
        return axes.begins_with_samples(went[1]) and not with_channels
    kept = any(mark.time_first and tensor.dim() == result.dim() for tensor, mark in _both(given, marks))
    if name == "t":
        return not marks[0].time_first
    if name in ("transpose", "swapaxes", "permute", "movedim"):
        if marks[0].channels_first:  # if the first two axes change places, axis 1 held steps, as many as channels
            return _axes_in(args) in (TO_TIME_FIRST, *SAMPLES_AND_STEPS)
        exchanged = _axes_in(args) in (*SAMPLES_AND_STEPS, FROM_TIME_FIRST)
        return exchanged != marks[0].time_first
    return kept


def _ends_time_first(equation: str, marks: list[Mark]) -> bool:
    """The letter of the samples stands second in the result, as it does in a sequence with the time first."""
    terms, _, result = equation.replace(" ", "").partition("->")
    both = zip(terms.split(","), marks, strict=False)
    samples = {term[mark.time_first] for term, mark in both if mark.sources and len(term) > 1}
    return len(result) == 3 and result[1] in samples and result[0] not in samples


def _holds_tokens(given: list[torch.Tensor]) -> bool:
    """The first is a table of whole numbers, one row for each sample or step."""
    return bool(given) and given[0].dim() == 2 and given[0].dtype in (torch.int32, torch.int64)


def _axes_in(args: Any) -> tuple[Any, ...]:
    """Those that a permutation is given, in one argument or in several."""
    return tuple(args[1] if len(args) == 2 and isinstance(args[1], (tuple, list)) else args[1:])


def _both(given: list[torch.Tensor], marks: list[Mark]) -> Iterator[tuple[torch.Tensor, Mark]]:
    return zip(given, marks, strict=True)


def _kept(given: list[torch.Tensor], marks: list[Mark], result: torch.Tensor) -> bool:
    alike = [(tensor, mark) for tensor, mark in _both(given, marks) if tensor.dim() == result.dim()]
    kept = any(mark.channels_first for _, mark in alike)
    if result.dim() != 3 or any(tensor.shape == result.shape for tensor, _ in alike):
        return kept
    return kept and all(mark.channels_first for _, mark in alike if mark.sources)  # else it has a number for two steps


def _ends_channels_first(name: str, args: Any, tensor: torch.Tensor, before: bool) -> bool:
    """The last axis becomes axis 1 and the others keep their order, or axis 1 stays where it is."""
    axes = _axes_in(args)
    if not all(isinstance(axis, int) for axis in axes):
        return False
    axes = tuple(axis % tensor.dim() for axis in axes)
    if before:
        return axes[:2] == (0, 1) if name == "permute" else not {0, 1} & set(axes)
    if name == "transpose":
        return tensor.dim() == 3 and set(axes) == {1, 2}
    return (name, axes) in _TO_CHANNELS_FIRST


def listing_of(given: torch.Tensor, result: torch.Tensor) -> Features | None:
    """The features of what an operation takes; one that works on axis 1 says so of its result."""
    mark, rank = mark_of(given), given.dim()
    if mark.went and rank >= 3 and rank == result.dim() and mark_of(result).channels_first:
        return axes.listing(mark.went, 1)
    return mark.flattened


def canonical(tensor: torch.Tensor) -> NDArray:
    """A copy of the tensor as NumPy in canonical order (samples first, channels last)."""
    value = tensor.detach().cpu()
    array = (value.float() if value.dtype == torch.bfloat16 else value).numpy()  # NumPy has no bfloat16
    if mark_of(tensor).time_first:
        array = np.swapaxes(array, 0, 1)
    if mark_of(tensor).channels_first and array.ndim >= 3:
        array = np.moveaxis(array, 1, -1)
    return np.array(array, order="C")


def canonical_shape(tensor: torch.Tensor, mark: Mark) -> tuple[int, ...]:
    """The shape that the tensor would have in canonical order if its axes were those that ``mark`` says."""
    shape = tuple(tensor.shape)
    if mark.channels_first and len(shape) >= 3:
        shape = (shape[0], *shape[2:], shape[1])
    return (shape[1], shape[0], *shape[2:]) if mark.time_first and len(shape) > 1 else shape


def channels_last(tensor: torch.Tensor) -> torch.Tensor:
    """A view with the channels on the last axis."""
    return torch.movedim(tensor, 1, -1) if mark_of(tensor).channels_first else tensor


def reordered(tensor: torch.Tensor) -> NDArray:
    """Canonical order, features flattened from an image included."""
    listing = mark_of(tensor).flattened
    array = canonical(tensor)
    return array if listing is None else in_order(array, listing)


def tensor_like(array: Any, like: torch.Tensor) -> torch.Tensor:
    """A copy of the array, in the type of ``like`` and where that is."""
    return torch.from_numpy(np.array(array)).to(like)


def native_like(array: Any, like: torch.Tensor) -> torch.Tensor:
    """The way back from ``reordered``: a tensor in the axes and the type of ``like``."""
    return tensor_like(_native_order(np.asarray(array), mark_of(like)), like)


def _native_order(array: NDArray, mark: Mark) -> NDArray:
    if mark.flattened is not None:
        array = as_listed(array, mark.flattened)
    if mark.channels_first and array.ndim >= 3:
        array = np.moveaxis(array, -1, 1)
    return np.ascontiguousarray(np.swapaxes(array, 0, 1) if mark.time_first else array)
