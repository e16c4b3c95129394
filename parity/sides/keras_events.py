"""Record every operation of a Keras forward pass: layers, activations inside layers, and ``keras.ops`` between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.ops.operation import Operation
from numpy.typing import NDArray

from parity.listing import Features, in_order
from parity.recording import Event, Mover
from parity.sides import axes, keras_drops, keras_facts, keras_functions
from parity.sides.axes import Axes
from parity.sides.common import by_name, only_one, replaced, snake, spread, user_line

Visit = Callable[[int, Event, Any], None]

TRANSPARENT = frozenset(
    [
        "reshape",
        "transpose",
        "permute",
        "expand_dims",
        "squeeze",
        "flatten",
        "get_item",
        "cast",
        "convert_to_tensor",
        "split",
        "unstack",
        "swapaxes",
        "moveaxis",
        "shape",
        "stop_gradient",
        "broadcast_to",
        "copy",
        "identity",
        "ravel",
        "repeat_vector",
        "dropout",
        "spatial_dropout",
        "gaussian_noise",
        "ndim",
        "size",
        "roll",
        "tile",
        "slice",
        "take",
        "unravel_index",
        "convert_to_numpy",
        "function",
    ]
)
PATCHES = "extract_patches"
MOVERS = frozenset(["reshape", "transpose", "permute", "flatten", "swapaxes", "moveaxis", "ravel"])
"""Those that put numbers into another order or shape."""
_RESHAPING = frozenset(["reshape", "flatten", "ravel", "expand_dims", "squeeze"])
_MIXING = frozenset(["matmul", "dot", "einsum", "tensordot", "dot_product_attention", "conv", "depthwise_conv", "rnn"])
_KEEPING_FEATURES = frozenset(["batch_norm", "layer_norm", "rms_norm", "group_norm", "prelu"])
"""Layers with weights that do not mix them."""
KINDS = {
    "hard_swish": "hard_silu",
    "swish": "silu",
    "concat": "concatenate",
    "true_divide": "divide",
    "global_average_pooling1d": "mean",
    "global_average_pooling2d": "adaptive_average_pool",
    "global_average_pooling3d": "adaptive_average_pool",
    "global_max_pooling1d": "max",
    "global_max_pooling2d": "adaptive_max_pool",
    "global_max_pooling3d": "adaptive_max_pool",
    "amax": "max",
    "zero_padding1d": "zero_padding",
    "zero_padding2d": "zero_padding",
    "zero_padding3d": "zero_padding",
    "pad": "zero_padding",
    "up_sampling2d": "upsample",
    "resizing": "upsample",
    "dot_product_attention": "attention",
    "log_sigmoid": "log_sigmoid",
}
_TENSOR_OPERATORS = {
    "__add__": "add",
    "__radd__": "add",
    "__mul__": "multiply",
    "__rmul__": "multiply",
    "__sub__": "subtract",
    "__truediv__": "divide",
    "__matmul__": "matmul",
    "__getitem__": "get_item",
}
_HANDED_OVER = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "sigmoid", "tanh", "softplus")


class Recorder:
    """Number the operations of one eager forward pass; ``visit(number, event, value)`` sees each.

    ``entering`` holds the first input of the layers whose numbers are in ``enter``.
    """

    def __init__(
        self,
        model: keras.Model,
        inputs: Mapping[str, Any],
        visit: Visit | None = None,
        enter: frozenset[int] = frozenset(),
    ) -> None:
        self._enter = enter
        self.events: list[Event] = []
        self.drops: list[Event] = []
        self._visit = visit
        self._paths = {id(layer): path for path, layer in keras_facts.walk(model)}
        self._root = id(model)
        self._owners: list[str] = []
        self._inside = 0
        self._repeats: Counter[str] = Counter()
        self._made: dict[Any, frozenset[int]] = {_key(t): frozenset({-1 - k}) for k, t in enumerate(inputs.values())}
        self._constants: set[Any] = set()
        self._axes: dict[Any, Axes] = {}
        self._movers: dict[Any, Mover | None] = {}
        self._used: set[int] = set()
        self.entering: dict[int, NDArray] = {}
        self.masks: dict[int, NDArray] = {}
        self._entries: list[tuple[int, tuple[int, ...]]] = [(0, tuple(-1 - k for k in range(len(inputs))))]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Follow layers, operations of a functional graph, ``keras.ops`` and the operators of tensors."""
        with ExitStack() as stack:
            stack.enter_context(replaced(keras.layers.Layer, "__call__", self._layer_call()))
            stack.enter_context(replaced(Operation, "__call__", self._operation_call()))
            for attention in (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention):
                stack.enter_context(replaced(attention, "_compute_attention", self._attention_call(attention)))
            for name in _public_functions(keras.ops):
                stack.enter_context(replaced(keras.ops, name, self._function(name, getattr(keras.ops, name))))
            for name, kind in _TENSOR_OPERATORS.items():
                stack.enter_context(replaced(tf.Tensor, name, self._function(kind, getattr(tf.Tensor, name))))
            for name in _HANDED_OVER:
                for home in (keras.activations, tf.nn):
                    if hasattr(home, name):
                        stack.enter_context(replaced(home, name, self._function(name, getattr(home, name))))
            for home, name, kind in (
                (tf, "concat", "concatenate"),
                (tf, "reshape", "reshape"),
                (tf, "matmul", "matmul"),
            ):
                stack.enter_context(replaced(home, name, self._function(kind, getattr(home, name))))
            yield

    def ends(self, outputs: Any) -> dict[str, tuple[int, ...]]:
        """The events that each output comes from."""
        return {name: self._sources(tensor) for name, tensor in by_name(outputs).items()}

    def _layer_call(self) -> Callable[..., Any]:
        original = keras.layers.Layer.__call__

        def call(layer: keras.layers.Layer, *args: Any, **options: Any) -> Any:
            path = self._paths.get(id(layer))
            if path is None or self._inside:
                return original(layer, *args, **options)
            if not keras_facts.is_leaf(layer):
                self._owners.append(path)
                self._entries.append((len(self.events), self._sources((args, options))))
                try:
                    return original(layer, *args, **options)
                finally:
                    self._owners.pop()
                    self._entries.pop()
            return self._leaf(path, layer, lambda: original(layer, *args, **options), (args, options))

        return call

    def _leaf(self, path: str, layer: keras.layers.Layer, run: Callable[[], Any], given: Any) -> Any:
        sources = self._sources(given) or (() if self._are_constants(given) else self._loose_ends())
        listing = self._listing_of(given)
        given_first = next(iter(_tensors_in(given)), None)
        entering = () if given_first is None else tuple(given_first.shape)
        self._note_entering(given_first, listing)
        self._note_drop(path, layer, given_first, sources)
        inner: list[Any] = []
        self._inside += 1
        try:
            with _split_activation(layer, inner):
                result = run()
        finally:
            self._inside -= 1
        described = keras_facts.describe_layer(path, layer)
        kind = KINDS.get(described.kind, described.kind)
        produced = _tensors_in(result)
        if not produced:
            return result
        drops = "dropout" in kind and produced[0] is not _tensors_in(given)[0]
        if keras_facts.is_transparent(layer) and not drops:
            as_it_is = getattr(layer, "order", "") == "channels_first"
            order = (0, *layer.dims) if kind == "permute" else None
            self._hand_on("" if as_it_is else kind, given, produced, sources, path, order)
            return result
        attributes = dict(described.attributes)
        if layer.compute_dtype != keras.config.floatx():
            attributes["compute_dtype"] = layer.compute_dtype
        if keras_facts.is_recurrence(layer):
            inside = getattr(layer, "forward_layer", layer)
            attributes["returns"] = "sequence" if inside.return_sequences else "state"
            attributes |= _functions_inside(inside)
        elif len(produced) > 1:
            attributes["results"] = len(produced)
        opaque = isinstance(layer, keras.layers.Lambda) and not _is_of_vectors([*_tensors_in(given), *produced])
        kept = kind in _KEEPING_FEATURES or not (layer.weights or opaque)
        along = layer.axis if kind == "concatenate" else None
        behind = self._kept_axes(given, produced, along=along) if kept else []
        if not inner:
            made = Event(path, kind, described.native, (), attributes, path, sources, listing)
            self._add(made, produced, entering, self._moved_by(given), behind)
            return result
        attributes.pop("activation", None)
        made = Event(path, kind, described.native, (), attributes, path, sources, listing)
        number = self._add(made, inner, entering, self._moved_by(given))
        self._add(self._activation(path, described.native, layer.activation, number), produced)
        return result

    def _activation(self, path: str, native: str, function: Any, number: int) -> Event:
        """What a layer does at its end; a layer in that place has a name of its own."""
        if not isinstance(function, keras.layers.Layer):
            kind, facts = keras_functions.form_of(function)
            return Event(path, kind, f"{native}(activation)", (), facts, None, (number,), None)
        own = keras_facts.describe_layer(self._paths[id(function)], function)
        return Event(own.path, KINDS.get(own.kind, own.kind), own.native, (), own.attributes, own.path, (number,), None)

    def _attention_call(self, home: Any) -> Callable[..., Any]:
        original = home._compute_attention

        def call(
            layer: Any, query: Any, key: Any, value: Any, attention_mask: Any = None, *rest: Any, **more: Any
        ) -> Any:
            result = original(layer, query, key, value, attention_mask, *rest, **more)
            seen = np.ones((1, 1, 1), bool) if attention_mask is None else value_of(attention_mask).astype(bool)
            if more.get("use_causal_mask"):
                seen = seen & np.tri(query.shape[1], key.shape[1], dtype=bool)
            self.masks[len(self.events)] = seen
            return result

        return call

    def _note_mask(
        self, query: Any, key: Any, value: Any, bias: Any = None, mask: Any = None, *_: Any, **options: Any
    ) -> None:
        """Of the attention that is the next operation."""
        seen = np.ones((1, 1, 1, 1), bool) if mask is None else value_of(mask).astype(bool)
        if options.get("is_causal"):
            seen = seen & np.tri(query.shape[1], key.shape[1], dtype=bool)
        self.masks[len(self.events)] = seen

    def _note_entering(self, given: Any, listing: Features | None) -> None:
        """What the next operation is given first, if that was asked for."""
        if len(self.events) in self._enter and given is not None:
            self.entering[len(self.events)] = _canonical(value_of(given), listing)

    def _note_drop(self, path: str, layer: keras.layers.Layer, given: Any, sources: tuple[int, ...]) -> None:
        """Something that drops at random in train mode."""
        kind = keras_drops.kind_of(layer)
        if kind:
            facts = keras_drops.facts_of(layer, given)
            native = type(layer).__name__
            self.drops.append(Event(path, kind, native, tuple(given.shape), facts, None, sources, line=_user_line()))

    def _operation_call(self) -> Callable[..., Any]:
        original = Operation.__call__

        def call(operation: Any, *args: Any, **options: Any) -> Any:
            if self._inside or isinstance(operation, keras.layers.Layer) or id(operation) == self._root:
                return original(operation, *args, **options)
            name = snake(type(operation).__name__)
            if name in ("function", "functional"):
                return original(operation, *args, **options)
            return self._operate(
                name, operation.name, lambda: original(operation, *args, **options), (args, options), operation
            )

        return call

    def _function(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if self._inside:
                return original(*args, **options)
            if not self._sources((args, options)):
                result = original(*args, **options)
                if self._are_constants((args, options)) or not _tensors_in((args, options)):
                    self._constants.update(map(_key, _tensors_in(result)))
                return result
            return self._operate(name, None, lambda: original(*args, **options), (args, options), None)

        return call

    def _operate(self, name: str, label: str | None, run: Callable[[], Any], given: Any, operation: Any) -> Any:
        sources = self._sources(given)
        self._inside += 1
        try:
            result = run()
        finally:
            self._inside -= 1
        produced = _tensors_in(result)
        if not produced:
            return result
        owner = self._owners[-1] if self._owners else ""
        path = f"{owner}.{label or name}" if owner else label or name
        if name in TRANSPARENT or not produced[0].dtype.is_floating:
            self._hand_on(name, given, produced, sources, path, _order(name, operation, given))
            return result
        self._note_entering(next((t for t in _tensors_in(given) if self._made.get(_key(t))), None), None)
        self._repeats[path] += 1
        if self._repeats[path] > 1:
            path = f"{path}#{self._repeats[path]}"
        attributes = _operation_attributes(name, operation, given)
        if name == "dot_product_attention":
            self._note_mask(*given[0], **given[1])
        made = Event(path, KINDS.get(name, name), name, (), attributes, None, sources, None)
        axis = _axis_of_joining(name, operation, given)
        new, along = (axis if name in names else None for names in (("stack",), ("concatenate", "hstack")))
        behind = [] if name in _MIXING else self._kept_axes(given, produced, new, along)
        behind = self._patches(operation, given, produced) if name == PATCHES else behind
        self._add(made, produced, moved=self._moved_by(given), behind=behind)
        return result

    def _hand_on(
        self,
        kind: str,
        given: Any,
        produced: list[Any],
        sources: tuple[int, ...],
        path: str,
        order: tuple[int, ...] | None = None,
    ) -> None:
        """A value that passes through keeps its sources; where the axes of an image go is remembered."""
        first = next(iter(_tensors_in(given)), None)
        moved = Mover(path, _user_line()) if kind in MOVERS else self._moved_by(given)
        for tensor in produced:
            self._made[_key(tensor)] = frozenset(sources)
            self._movers[_key(tensor)] = moved
            if first is not None:
                self._axes[_key(tensor)] = _axes_behind(kind, given, self._axes_of(first), order, tuple(tensor.shape))

    def _axes_of(self, tensor: Any) -> Axes:
        shape = tuple(tensor.shape)
        known = self._axes.get(_key(tensor))
        if known is not None and axes.sizes(known) == shape:
            return known
        return axes.of_image(shape) if len(shape) >= 3 else axes.unknown(shape)

    def _listing_of(self, given: Any) -> Features | None:
        """The features of what an operation takes, where they list several axes of an image."""
        listings = (axes.listing(self._axes_of(tensor)) for tensor in _tensors_in(given) if tensor.shape.rank)
        return next((each for each in listings if each), None)

    def _kept_axes(
        self, given: Any, produced: list[Any], new: int | None = None, along: int | None = None
    ) -> list[Axes]:
        """Those of a value that no layer mixes: of one shape, stacked or joined along an axis, pooled or reduced."""
        every = [self._axes_of(tensor) for tensor in _tensors_in(given)]
        shape = tuple(produced[0].shape)
        if new is not None:
            return [axes.with_new(every[0], new, len(every))] if len(set(every)) == 1 else []
        joined = None if along is None or not every else axes.joined(every, along)
        if joined is not None:
            return [joined]
        same = [each for each in every if axes.sizes(each) == shape]
        if same or not every:
            return same[:1]
        if len(every[0]) == len(shape):
            return [axes.resized(every[0], shape)]
        left = axes.without_one(every[0], shape) if len(every[0]) == len(shape) + 1 else None
        return [] if left is None else [left]

    def _patches(self, operation: Any, given: Any, produced: list[Any]) -> list[Axes]:
        """Of an image: (B, rows, columns, k * k * C)."""
        args, options = given
        size = spread(getattr(operation, "size", options.get("size", args[1] if len(args) > 1 else 0)), 2)
        before, shape = self._axes_of(_tensors_in(given)[0]), tuple(produced[0].shape)
        if len(before) != 4 or len(shape) != 4:
            return []
        cut = axes.windows(before, (1, 2), size, (*shape[:3], axes.sizes(before)[3], *size))
        return [] if cut is None else [(*cut[:3], cut[4] + cut[5] + cut[3])]

    def _moved_by(self, given: Any) -> Mover | None:
        return only_one(self._movers.get(_key(tensor)) for tensor in _tensors_in(given))

    def _sources(self, given: Any) -> tuple[int, ...]:
        return tuple(sorted({s for t in _tensors_in(given) for s in self._made.get(_key(t), ())}))

    def _are_constants(self, given: Any) -> bool:
        """Tensors, all of them made out of nothing but numbers and weights."""
        tensors = _tensors_in(given)
        return bool(tensors) and all(_key(tensor) in self._constants for tensor in tensors)

    def _loose_ends(self) -> tuple[int, ...]:
        """For a value whose way cannot be followed: what the running block made and nobody used yet."""
        begin, given = self._entries[-1]
        ends = [number for number in range(begin, len(self.events)) if number not in self._used]
        return tuple(ends) or given

    def _add(
        self,
        event: Event,
        produced: list[Any],
        given: tuple[int, ...] = (),
        moved: Mover | None = None,
        behind: Sequence[Axes] = (),
    ) -> int:
        number = len(self.events)
        value = produced[0]
        told = {
            "given": given,
            "moved": moved,
            "shape": tuple(value.shape),
            "line": event.line or _user_line(),
        }
        event = Event(**{**vars(event), **told})
        self.events.append(event)
        self._used.update(event.sources)
        for tensor in produced:
            self._made[_key(tensor)] = frozenset({number})
            self._movers.pop(_key(tensor), None)
            self._axes.pop(_key(tensor), None)
        self._axes |= {_key(value): each for each in behind}
        if self._visit:
            self._visit(number, event, self._in_order(value))
        return number

    def _in_order(self, value: Any) -> Any:
        """The channels run fastest."""
        listing = axes.listing(self._axes_of(value)) if len(value.shape) else None
        return value if listing is None or listing.in_order else _canonical(value_of(value), listing)


def _canonical(array: NDArray, listing: Features | None) -> NDArray:
    return array if listing is None or listing.in_order else in_order(array, listing)


def _axes_behind(kind: str, given: Any, before: Axes, order: tuple[int, ...] | None, shape: tuple[int, ...]) -> Axes:
    """Where something that hands its values on puts the axes of an image."""
    found: Axes | None = before
    if kind in _RESHAPING:
        return axes.reshaped(before, shape)
    if kind == "get_item":
        args = given[0]
        found = axes.indexed(before, args[1], shape) if len(args) > 1 else None
    elif order is not None:
        found = axes.moved(before, order)
    elif kind == "unstack":
        found = axes.without_one(before, shape)
    elif kind == "split" and len(before) == len(shape):
        found = axes.resized(before, shape)
    elif kind in MOVERS:
        found = None
    return found if found is not None and axes.sizes(found) == shape else axes.unknown(shape)


def _is_of_vectors(tensors: Sequence[Any]) -> bool:
    """Code on features of one length takes them one by one."""
    return len({tuple(tensor.shape) for tensor in tensors}) == 1 and len(tensors[0].shape) == 2


def _axis_of_joining(name: str, operation: Any, given: Any) -> Any:
    args, options = given
    usual = args[1] if len(args) > 1 else int(name == "hstack")
    return getattr(operation, "axis", options.get("axis", usual))


def _order(name: str, operation: Any, given: Any) -> tuple[int, ...] | None:
    """Of the axes behind a function that moves them."""
    if name not in ("transpose", "swapaxes", "moveaxis"):
        return None
    (tensor, *args), options = given
    names = {"transpose": ("axes",), "swapaxes": ("axis1", "axis2"), "moveaxis": ("source", "destination")}[name]
    told = [getattr(operation, each, options.get(each)) for each in names]
    args = [*args, *told[len(args) :]]
    rank = len(tensor.shape)
    if args == [None]:
        return tuple(reversed(range(rank)))
    return axes.permutation("permute" if name == "transpose" else name, args, rank)


def _functions_inside(layer: Any) -> dict[str, str]:
    """Activations of a recurrent layer that are not the usual ones."""
    usual = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    found = {name: getattr(getattr(layer, name, None), "__name__", value) for name, value in usual.items()}
    return {name: function for name, function in found.items() if function != usual[name]}


@contextmanager
def _split_activation(layer: Any, inner: list[Any]) -> Iterator[None]:
    """Keep what goes into the activation that a layer applies at its end."""
    function = getattr(layer, "activation", None)
    plain = keras_facts.is_recurrence(layer) or not isinstance(layer, keras_facts.WITH_ACTIVATION)
    if plain or function in (None, keras.activations.linear):
        yield
        return

    def applied(x: Any) -> Any:
        inner.append(x)
        return function(x)

    with replaced(layer, "activation", applied):
        yield


def _key(tensor: Any) -> Any:
    return getattr(tensor, "_id", id(tensor))


def _tensors_in(value: Any) -> list[Any]:
    return [leaf for leaf in keras.tree.flatten(value) if isinstance(leaf, tf.Tensor)]


def _public_functions(module: Any) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_") and _is_function(getattr(module, name))]


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


def _operation_attributes(name: str, operation: Any, given: Any) -> dict[str, Any]:
    args, options = given
    if name == "gelu":
        exact = getattr(operation, "approximate", options.get("approximate", args[1] if len(args) > 1 else True))
        return {"approximate": bool(exact)}
    if name == "clip":
        bounds = dict(zip(("x_min", "x_max"), args[1:], strict=False)) | dict(options)
        return {side: getattr(operation, side, bounds.get(side)) for side in ("x_min", "x_max")}
    if name == "leaky_relu":
        return {"slope": float(getattr(operation, "negative_slope", options.get("negative_slope", 0.2)))}
    if name in ("softmax", "log_softmax"):
        return {"axis": getattr(operation, "axis", options.get("axis", -1))}
    if name == "pad":
        mode = getattr(operation, "mode", options.get("mode", args[2] if len(args) > 2 else "constant"))
        return {} if mode == "constant" else {"padding_mode": mode}
    return {}


def value_of(tensor: Any) -> NDArray:
    """As NumPy; half-precision types that NumPy lacks become float64, which holds them exactly."""
    array = np.array(tensor)
    return array if array.dtype.kind in "fiub?" and array.dtype != np.float16 else array.astype(np.float64)


_LIBRARIES = tuple(str(Path(file).parent) for file in (keras.__file__, tf.__file__))


def _user_line() -> str | None:
    """None in a functional graph."""
    return user_line(_LIBRARIES)
