"""Record every operation of a Torch forward pass: layers, and the functions called between them."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from parity.recording import Event, Mover
from parity.sides import torch_drops, torch_facts, torch_spectra
from parity.sides.common import replaced, spread, user_line
from parity.sides.torch_overwriting import current, overwritten
from parity.sides.torch_trace import (
    canonical_shape,
    carry,
    listing_of,
    mark_of,
    mover_of,
    plainly,
    set_mark,
    set_mover,
    tensors_in,
)
from parity.sides.torch_trials import Call, first

Visit = Callable[[int, Event, torch.Tensor, Call], torch.Tensor | None]

TRANSPARENT = frozenset(
    [
        "view",
        "reshape",
        "permute",
        "transpose",
        "contiguous",
        "to",
        "type",
        "float",
        "double",
        "half",
        "bfloat16",
        "long",
        "int",
        "bool",
        "size",
        "expand",
        "expand_as",
        "unsqueeze",
        "squeeze",
        "flatten",
        "unflatten",
        "getitem",
        "setitem",
        "detach",
        "clone",
        "chunk",
        "split",
        "unbind",
        "movedim",
        "moveaxis",
        "swapaxes",
        "narrow",
        "select",
        "get",
        "set",
        "requires_grad_",
        "type_as",
        "t",
        "view_as",
        "reshape_as",
        "dropout",
        "alpha_dropout",
        "feature_dropout",
        "dropout1d",
        "dropout2d",
        "broadcast_to",
        "index_select",
        "repeat_interleave",
        "cpu",
        "cuda",
        "numpy",
        "item",
        "tensor_split",
        "to_dense",
        "pin_memory",
        "_set_grad_enabled",
        "roll",
        "tile",
        "copy",
        "data",
        "shape",
        "dtype",
        "device",
        "is_floating_point",
        "real",
        "imag",
        "dim",
        "numel",
    ]
)
ATTEND = "scaled_dot_product_attention"
MOVERS = frozenset(
    ["view", "reshape", "permute", "transpose", "movedim", "moveaxis", "swapaxes", "flatten", "unflatten", "t"]
)
"""Those that put numbers into another order or shape."""
ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu",
    "hardtanh": "hardtanh",
    "hardswish": "hard_silu",
    "hardsigmoid": "hard_sigmoid",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "elu": "elu",
    "selu": "selu",
    "celu": "celu",
    "mish": "mish",
    "softplus": "softplus",
    "softsign": "softsign",
    "leaky_relu": "leaky_relu",
    "gelu": "gelu",
    "logsigmoid": "log_sigmoid",
    "tanhshrink": "tanh_shrink",
    "softshrink": "soft_shrink",
    "hardshrink": "hard_shrink",
    "threshold": "threshold",
    "prelu": "prelu",
    "softmax": "softmax",
    "log_softmax": "log_softmax",
}
KINDS = ACTIVATIONS | {
    "cat": "concatenate",
    "concat": "concatenate",
    "add": "add",
    "radd": "add",
    "mul": "multiply",
    "rmul": "multiply",
    "multiply": "multiply",
    "sub": "subtract",
    "rsub": "subtract",
    "truediv": "divide",
    "div": "divide",
    "linear": "dense",
    "max_pool1d": "max_pool",
    "max_pool2d": "max_pool",
    "avg_pool1d": "average_pool",
    "avg_pool2d": "average_pool",
    "max_pool3d": "max_pool",
    "avg_pool3d": "average_pool",
    "adaptive_avg_pool1d": "adaptive_average_pool",
    "adaptive_avg_pool2d": "adaptive_average_pool",
    "adaptive_avg_pool3d": "adaptive_average_pool",
    "adaptive_max_pool1d": "adaptive_max_pool",
    "adaptive_max_pool2d": "adaptive_max_pool",
    "adaptive_max_pool3d": "adaptive_max_pool",
    "boolean_dispatch": "max_pool",
    "interpolate": "upsample",
    "pad": "zero_padding",
    "scaled_dot_product_attention": "attention",
    "amax": "max",
    "amin": "min",
}


class Recorder(TorchFunctionMode):
    """Number the operations of one forward pass of ``model``; ``visit`` sees each with its value.

    ``visit(number, event, value, call)`` may return a tensor that takes the place of the value.

    Args:
        rates: with which each attention by a function drops of its weights in train mode, in execution order.
    """

    def __init__(self, model: nn.Module, visit: Visit | None = None, rates: Sequence[float] = ()) -> None:
        super().__init__()
        self._rates = torch_drops.Rates(model, rates)
        self.events: list[Event] = []
        self.drops: list[Event] = []
        self._visit = visit
        self._owners: list[str] = []
        self._inside = 0
        self._paused = False
        self._repeats: Counter[str] = Counter()
        self._states: list[Any] = []
        self._of_cells: dict[str, list[Any]] = {}
        self._names = {id(p): name for name, p in model.named_parameters()}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, options = current(args), current(dict(kwargs or {}))
        if not options.get("inplace"):
            return self._called(func, args, options)
        result = self._called(func, args, {**options, "inplace": False})
        if not self._paused:
            overwritten(next(tensors_in((args, options))), first(result))
        return result

    def _called(self, func: Any, args: Any, options: dict[str, Any]) -> Any:
        """Call a function and number what it does."""
        if func in torch_spectra.FUNCTIONS and not (self._paused or self._inside):
            with self:
                return torch_spectra.stft(*args, **options)
        result = func(*args, **options)
        if self._paused:
            return result
        produced = list(tensors_in(result))
        if not produced:
            return result
        name, said = plainly(func, args)
        given = list(tensors_in((args, options)))
        if name not in ("get", "set"):
            carry(name, said, given, produced, options)
        attends = self._rates.next() if name == ATTEND else 0.0
        drops = name in torch_drops.FUNCTIONS
        if drops and not self._inside and torch_drops.rate_of(args, options) > 0:
            self._drop(self._owned(name), name, torch_drops.rate_of(args, options), given)
        passed_on = name in TRANSPARENT and not (drops and produced[0] is not given[0])
        if passed_on and not self._inside and name not in ("get", "set"):
            set_mover(produced, Mover(self._owned(name), user_line(_LIBRARIES)) if name in MOVERS else mover_of(given))
        if self._inside or passed_on or not produced[0].is_floating_point() or not _followed(given):
            return result
        event = self._function_event(name, func, args, options, given, produced[0])
        self._note_inside(event, attends)
        return self._seen(event, produced[0], Call(args, options, result, function=func), in_place=_in_place(func))

    def enter(self, inputs: Mapping[str, torch.Tensor]) -> None:
        """The inputs are numbered -1, -2, ...; images keep their mark."""
        for number, tensor in enumerate(inputs.values()):
            set_mark(tensor, mark_of(tensor).channels_first, frozenset({-1 - number}))

    @contextmanager
    def watching(self, model: nn.Module) -> Iterator[None]:
        """Hooks that tell which module runs."""
        handles = []
        for path, module in [("", model), *torch_facts.walk(model)]:
            leaf = torch_facts.is_leaf(module)
            before = self._enter_leaf if leaf else self._enter_owner
            handles.append(
                module.register_forward_pre_hook(lambda m, a, k, p=path, f=before: f(p, a, k), with_kwargs=True)
            )
            after = self._leave_leaf if leaf else self._leave_owner
            handles.append(
                module.register_forward_hook(lambda m, a, k, r, p=path, f=after: f(p, m, a, k, r), with_kwargs=True)
            )
        try:
            with self:
                yield
        finally:
            for handle in handles:
                handle.remove()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing that runs in the block is recorded."""
        before, self._paused = self._paused, True
        try:
            yield
        finally:
            self._paused = before

    def _enter_owner(self, path: str, args: Any, options: Any) -> None:
        if not self._paused:
            self._owners.append(path)

    def _leave_owner(self, path: str, module: nn.Module, args: Any, options: Any, result: Any) -> None:
        if not self._paused:
            self._owners.pop()

    def _enter_leaf(self, path: str, args: Any, options: Any) -> tuple[Any, Any]:
        if not self._paused:
            self._inside += 1
        return current(args), current(options)

    def _leave_leaf(self, path: str, module: nn.Module, args: Any, options: Any, result: Any) -> Any:
        if self._paused:
            return None
        self._inside -= 1
        given, produced = list(tensors_in((args, options))), list(tensors_in(result))
        dropping = torch_drops.function_of(module)
        if dropping and not self._inside and getattr(module, "p", 0.0) > 0:
            self._drop(path, dropping, float(module.p), given)
        if not self._inside and isinstance(module, (nn.Flatten, nn.Unflatten)):
            set_mover(produced, Mover(path, user_line(_LIBRARIES)))
        if self._inside or not produced or _hands_on(module, given, produced):
            return None
        with self.paused():
            layer = torch_facts.describe_layer(path, module)
        attributes = {**layer.attributes, **_padding_mode(module)}
        event = self._event(path, layer.kind, layer.native, attributes, path, given, produced[0])
        self._note_inside(event, self._rates.of(path), getattr(module, "num_layers", 2) - 1)
        overwrites = getattr(module, "inplace", None) is True
        if isinstance(module, nn.RNNCellBase):
            call = Call(args, options, result, module, states=(*self._states, *self._of_cells.get(path, ())))
            seen = self._seen(event, produced[0], call)
            self._of_cells[path] = [result if seen is None else seen]
            return seen
        call = Call(args, options, result, module, states=tuple(self._states))
        if isinstance(module, nn.RNNBase) and isinstance(result, tuple):
            self._states.append(result[1])
        return self._seen(event, produced[0], call, in_place=overwrites)

    def _drop(self, path: str, name: str, rate: float, given: list[torch.Tensor]) -> None:
        """Something that drops at random in train mode."""
        with self.paused():
            kind, attributes = torch_drops.facts_of(name, rate, given[0])
        self.drops.append(self._event(path, kind, name, attributes, None, given[:1], given[0]))

    def _note_inside(self, event: Event, rate: float, times: int = 1) -> None:
        """The next operation drops at random by itself: weights of an attention, or what the layers of a stack get."""
        facts = {"rate": rate, "shared": None, "numbers": 0, "inside": True}
        drop = replace(event, kind="dropout", attributes=facts, layer=None, sources=(len(self.events),))
        self.drops += [drop] * times if rate > 0 else []

    def _owned(self, name: str) -> str:
        """A function by the module whose code calls it."""
        owner = self._owners[-1] if self._owners else ""
        return f"{owner}.{name}" if owner else name

    def _function_event(
        self, name: str, func: Any, args: Any, options: Any, given: list[torch.Tensor], value: torch.Tensor
    ) -> Event:
        path = self._owned(name)
        self._repeats[path] += 1
        numbered = path if self._repeats[path] == 1 else f"{path}#{self._repeats[path]}"
        stored = [self._names[id(tensor)] for tensor in given if id(tensor) in self._names]
        attributes = _attributes(name, func, args, options) | ({"tensors": tuple(stored)} if stored else {})
        kind = KINDS.get(name, name)
        if kind == "concatenate" and options.get("dim", args[1] if len(args) > 1 else 0) == 0:
            attributes |= {"parts": tuple(_numbers(tensor) for tensor in given)}
        return self._event(
            numbered, kind, name, attributes, None, [g for g in given if id(g) not in self._names], value
        )

    def _event(
        self,
        path: str,
        kind: str,
        native: str,
        attributes: Mapping[str, Any],
        layer: str | None,
        given: list[torch.Tensor],
        value: torch.Tensor,
    ) -> Event:
        sources = sorted({source for tensor in given for source in _numbers(tensor)})
        listing = next((each for tensor in given if (each := listing_of(tensor, value))), None)
        mark = mark_of(value)
        shape, entering = (canonical_shape(tensor, mark) for tensor in (value, (given or [value])[0]))
        line, moved = user_line(_LIBRARIES), mover_of(given)
        entering = entering if layer else ()
        return Event(path, kind, native, shape, attributes, layer, tuple(sources), listing, line, entering, moved)

    def _seen(self, event: Event, value: torch.Tensor, call: Call, in_place: bool = False) -> Any:
        result = call.result
        number = len(self.events)
        self.events.append(event)
        with self.paused():
            instead = self._visit(number, event, value, call) if self._visit else None
            if instead is not None and in_place:
                value.copy_(instead)
                instead = None
            for tensor in tensors_in(result if instead is None else _with_first(result, instead)):
                mark = mark_of(value)
                set_mark(tensor, *mark._replace(sources=frozenset({number})))
                set_mover([tensor], None)
        return result if instead is None else _with_first(result, instead)


def overwriting_layers(model: nn.Module) -> list[nn.Module]:
    return [module for module in model.modules() if getattr(module, "inplace", None) is True]


@contextmanager
def without_dropout(
    model: nn.Module, overwriting: bool = False, attending: list[float] | None = None
) -> Iterator[None]:
    """No dropout in train mode, and no layer that overwrites its input, unless that is wanted.

    Args:
        attending: takes the rate of every attention by a function that runs in train mode.
    """
    dropped = [(m, m.training) for m in model.modules() if torch_drops.function_of(m)]
    in_place = [] if overwriting else overwriting_layers(model)
    rates = [(m, m.dropout) for m in model.modules() if isinstance(m, (nn.RNNBase, nn.MultiheadAttention))]
    for module, _ in dropped:
        module.training = False
    for module, _ in rates:
        module.dropout = 0.0
    for module in in_place:
        module.inplace = False
    try:
        with ExitStack() as stack:
            for name, original in torch_drops.FUNCTIONS.items():
                stack.enter_context(replaced(F, name, _passed_on if model.training else original))
            if model.training:
                whole = partial(_whole, [] if attending is None else attending)
                stack.enter_context(replaced(F, ATTEND, whole))
            if any(parameter.dtype == torch.float64 for parameter in model.parameters()):
                stack.enter_context(KeptDouble())
            yield
    finally:
        for module, mode in dropped:
            module.training = mode
        for module, rate in rates:
            module.dropout = rate
        for module in in_place:
            module.inplace = True


class KeptDouble(TorchFunctionMode):
    """A float64 model computes every part in float64, also one that asks for float32: a norm, rotary angles."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        options = dict(kwargs or {})
        if func is torch.Tensor.float:
            return torch.Tensor.double(args[0])
        if func is torch.Tensor.to:
            args = tuple(torch.float64 if value is torch.float32 else value for value in args)
        if options.get("dtype") is torch.float32:
            options["dtype"] = torch.float64
        return func(*args, **options)


def _whole(rates: list[float], *args: Any, **options: Any) -> torch.Tensor:
    result, rate = torch_drops.attend_whole(*args, **options)
    rates.append(rate)
    return result


def _passed_on(input: torch.Tensor, *args: Any, **options: Any) -> torch.Tensor:
    return input


def _with_first(result: Any, instead: torch.Tensor) -> Any:
    """``result`` with its first tensor replaced."""
    if isinstance(result, torch.Tensor):
        return instead
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return result._replace(**{result._fields[0]: instead})  # type: ignore[attr-defined]
    return type(result)([instead, *result[1:]]) if isinstance(result, (tuple, list)) else result


def _followed(given: list[torch.Tensor]) -> bool:
    """Something that came from the inputs is among them."""
    return any(mark_of(tensor).sources for tensor in given)


def _in_place(func: Any) -> bool:
    name = getattr(func, "__name__", "")
    return (name.endswith("_") and not name.endswith("__")) or name.startswith("__i")


def _numbers(tensor: torch.Tensor) -> tuple[int, ...]:
    """What made a tensor."""
    return tuple(sorted(source for source in mark_of(tensor).sources if isinstance(source, int)))


def _attributes(name: str, func: Any, args: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """The plain arguments of a function, by name where it tells them."""
    try:
        bound = inspect.signature(func).bind(*args, **options)
        bound.apply_defaults()
        named = dict(bound.arguments)
    except (TypeError, ValueError):
        named = {}
    if not named or "args" in named:  # written in C, or dispatched: F.max_pool2d takes anything
        named = dict(zip(_POSITIONS.get(name, ()), args, strict=False)) | dict(options)
    plain = {key: value for key, value in named.items() if isinstance(value, (int, float, str, bool, tuple, list))}
    plain["keeps"] = isinstance(named.get("running_mean"), torch.Tensor)
    return _ATTRIBUTES[name](plain) if name in _ATTRIBUTES else {}


def _hands_on(module: nn.Module, given: list[torch.Tensor], produced: list[torch.Tensor]) -> bool:
    """The value passes through; a dropout that drops is an operation."""
    drops = bool(torch_drops.function_of(module) and given) and produced[0] is not given[0]
    return torch_facts.is_transparent(module) and not drops


def _padding_mode(module: nn.Module) -> dict[str, str]:
    """How a convolution fills its padding, unless with zeros."""
    mode = getattr(module, "padding_mode", "zeros")
    return {} if mode == "zeros" else {"padding_mode": mode}


_POSITIONS = {
    "softmax": ("input", "dim"),
    "pad": ("input", "pad", "mode"),
    "leaky_relu": ("input", "negative_slope"),
    "gelu": ("input", "approximate"),
    "mean": ("input", "dim"),
    "max_pool2d": ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    **{f"conv{rank}d": ("input", "weight", "bias", "stride", "padding", "dilation") for rank in (1, 2, 3)},
}


def _pool(plain: dict[str, Any]) -> dict[str, Any]:
    size = plain.get("kernel_size", 2)
    stride = plain.get("stride") or size
    return {
        "size": spread(size, 2),
        "stride": spread(stride, 2),
        "padding": spread(plain.get("padding", 0), 2),
        "ceil": bool(plain.get("ceil_mode", False)),
    }


def _batch_norm(plain: dict[str, Any]) -> dict[str, Any]:
    """Without the momentum where no statistics are kept."""
    kept = {"momentum": plain.get("momentum", 0.1)} if plain.get("keeps") else {}
    return {"epsilon": plain.get("eps", 1e-5)} | kept


def _conv(plain: dict[str, Any], rank: int) -> dict[str, Any]:
    """Which pixels it sees; a padding that is told by a word says so by itself."""
    step = {name: spread(plain.get(name, 1), rank) for name in ("stride", "dilation")}
    padding = plain.get("padding", 0)
    told = {} if isinstance(padding, str) else {"padding": tuple((size, size) for size in spread(padding, rank))}
    return step | told


_ATTRIBUTES: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "gelu": lambda plain: {"approximate": plain.get("approximate") == "tanh"},
    "leaky_relu": lambda plain: {"slope": plain.get("negative_slope", 0.01)},
    "elu": lambda plain: {"alpha": plain.get("alpha", 1.0)},
    "relu6": lambda plain: {"max_value": 6, "slope": 0.0, "threshold": 0},
    "max_pool2d": _pool,
    "avg_pool2d": lambda plain: _pool(plain) | {"count_padding": plain.get("count_include_pad", True)},
    "boolean_dispatch": _pool,
    **{f"conv{rank}d": partial(_conv, rank=rank) for rank in (1, 2, 3)},
    "softmax": lambda plain: {"axis": plain.get("dim", -1)},
    "pad": lambda plain: {} if plain.get("mode", "constant") == "constant" else {"padding_mode": plain["mode"]},
    "interpolate": lambda plain: {
        "mode": plain.get("mode", "nearest"),
        "align_corners": bool(plain.get("align_corners")),
        "antialias": bool(plain.get("antialias")),
    },
    "layer_norm": lambda plain: {"epsilon": plain.get("eps", 1e-5)},
    "batch_norm": _batch_norm,
}

_LIBRARIES = (str(Path(torch.__file__).parent),)
