"""Keras layers in the neutral vocabulary: paths, kinds, attributes, weights."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
from keras import layers

from parity.recording import Layer, Parameter
from parity.sides.common import snake, spread
from parity.sides.keras_functions import form_of, name_of

RECURRENT = (layers.Bidirectional, layers.RNN)
WITH_ACTIVATION = (
    layers.Dense,
    layers.EinsumDense,
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv3D,
    layers.Conv1DTranspose,
    layers.Conv2DTranspose,
    layers.Conv3DTranspose,
    layers.DepthwiseConv1D,
    layers.DepthwiseConv2D,
    layers.SeparableConv1D,
    layers.SeparableConv2D,
)
TRANSPARENT = (
    layers.Identity,
    layers.Flatten,
    layers.Reshape,
    layers.Permute,
    layers.RepeatVector,
    layers.Dropout,
    layers.SpatialDropout1D,
    layers.SpatialDropout2D,
    layers.SpatialDropout3D,
    layers.GaussianNoise,
    layers.GaussianDropout,
    layers.AlphaDropout,
    layers.Masking,
)
Facts = tuple[str, dict[str, Any], dict[str, Any]]


def walk(model: keras.Model) -> Iterator[tuple[str, keras.layers.Layer]]:
    """Every layer once, with its path: the names of its owners and its own, joined by dots."""
    seen: set[int] = set()
    for path, layer in _walk_children(model, ""):
        if id(layer) not in seen:
            seen.add(id(layer))
            yield path, layer


def owners(model: keras.Model) -> Iterator[tuple[str, keras.layers.Layer]]:
    """Everything that may own weights: the model's code itself, whose path is empty, and every layer."""
    yield "", model
    yield from walk(model)


def _walk_children(owner: keras.layers.Layer, prefix: str) -> Iterator[tuple[str, keras.layers.Layer]]:
    for child in owner._flatten_layers(include_self=False, recursive=False):
        if isinstance(child, layers.InputLayer):
            continue
        path = prefix + child.name
        yield path, child
        if not is_recurrence(child):
            yield from _walk_children(child, path + ".")


def is_recurrence(layer: keras.layers.Layer) -> bool:
    """It has one cell, or one for each direction; a stack of cells is code that steps each of them."""
    stacked = isinstance(layer, layers.RNN) and isinstance(layer.cell, layers.StackedRNNCells)
    return isinstance(layer, RECURRENT) and not stacked


def is_leaf(layer: keras.layers.Layer) -> bool:
    """A layer that is compared as a whole: a known kind, or one without layers inside."""
    if is_recurrence(layer):
        return True
    inside = layer._flatten_layers(include_self=False, recursive=False)
    return not isinstance(layer, keras.Model) and all(_is_its_function(layer, each) for each in inside)


def _is_its_function(layer: keras.layers.Layer, inside: keras.layers.Layer) -> bool:
    """A layer that a known one was given as its activation."""
    return isinstance(layer, WITH_ACTIVATION) and inside is layer.activation


def is_transparent(layer: keras.layers.Layer) -> bool:
    """It hands values on as they are, or in another shape."""
    return isinstance(layer, TRANSPARENT)


def describe_layer(path: str, layer: keras.layers.Layer) -> Layer:
    kind, attributes, storage = _facts(layer)
    storage = storage | _stored_shapes(layer)
    return Layer(path, kind, type(layer).__name__, attributes, storage, _is_container(layer))


def _stored_shapes(layer: keras.layers.Layer) -> dict[str, Any]:
    """Shapes of kernel and bias, and how many axes of the kernel are inputs: a kernel may be stored in other axes."""
    normed = isinstance(layer, layers.LayerNormalization)
    stored = {"gamma", "beta"} if normed else {"kernel", "bias", "embeddings", "alpha"}
    shapes: dict[str, Any] = {name: tuple(w.shape) for name, w in named_weights(layer) if name in stored}
    if isinstance(layer, layers.EinsumDense) and "kernel" in shapes:
        inputs, kernel, _ = re.split(r",|->", layer.equation)
        summed = [axis in inputs for axis in kernel]
        shapes["split"] = sum(summed)
        if summed != sorted(summed, reverse=True):
            shapes["order"] = tuple(sorted(range(len(kernel)), key=lambda axis: not summed[axis]))
    return shapes


def _is_container(layer: keras.layers.Layer) -> bool:
    if is_recurrence(layer) or not layer._flatten_layers(include_self=False, recursive=False):
        return False
    return next(named_weights(layer), None) is None


def named_weights(layer: keras.layers.Layer) -> Iterator[tuple[str, Any]]:
    """The weights that belong to this layer itself, by their name inside it."""
    if isinstance(layer, layers.Bidirectional):
        for direction in ("forward", "backward"):
            for weight in getattr(layer, f"{direction}_layer").weights:
                yield f"{direction}/{weight.name}", weight
    elif is_recurrence(layer):
        for weight in layer.weights:
            yield weight.name, weight
    else:
        own = [*layer._trainable_variables, *layer._non_trainable_variables]
        inside = _stored_inside(layer) if own else set()
        yield from ((weight.name, weight) for weight in own if id(weight) not in inside)


def _stored_inside(layer: keras.layers.Layer) -> set[int]:
    """What the layers inside own; a wrapper may keep a variable of theirs as its attribute."""
    layers_inside = layer._flatten_layers(include_self=False)
    return {id(w) for each in layers_inside for w in (*each._trainable_variables, *each._non_trainable_variables)}


def call_arguments(model: keras.Model) -> list[str]:
    """The arguments of ``call`` that take data."""
    parameters = inspect.signature(model.call).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name not in ("training", "mask")]


def describe_parameters(path: str, layer: keras.layers.Layer) -> Iterator[Parameter]:
    for name, weight in named_weights(layer):
        trained = bool(weight.trainable and layer.trainable)
        yield Parameter(path, name, tuple(weight.shape), trained, weight.dtype, is_constant(layer, weight))


def is_constant(layer: keras.layers.Layer, weight: Any) -> bool:
    """No optimizer could ever move it: not because it is frozen."""
    return any(weight is each for each in layer._non_trainable_variables)


def _facts(layer: keras.layers.Layer) -> Facts:
    for kind in type(layer).__mro__:
        extract = _EXTRACTORS.get(kind)
        if extract:
            return extract(layer)
    return _rms_norm(layer) or _named(snake(type(layer).__name__), layer)


def _rms_norm(layer: Any) -> Facts | None:
    """A norm of the user's own, or of a library: one vector and an epsilon."""
    owned = list(named_weights(layer))
    name = type(layer).__name__.lower()
    epsilon = next((getattr(layer, n) for n in ("epsilon", "eps", "_epsilon") if hasattr(layer, n)), None)
    if len(owned) != 1 or len(owned[0][1].shape) != 1 or "norm" not in name or epsilon is None:
        return None
    return "rms_norm", {"epsilon": epsilon}, {"vector": owned[0][0]}


def _plain(kind: str, **attributes: Any) -> Facts:
    return kind, attributes, {}


def _dense(layer: Any) -> Facts:
    return _plain("dense", units=layer.units, bias=layer.use_bias, **_activation(layer))


def _activation(layer: Any) -> dict[str, str]:
    """An activation inside a layer is a fact of its own; the linear one is none."""
    function = getattr(layer, "activation", None)
    return {} if function in (None, keras.activations.linear) else {"activation": name_of(function)}


def _conv(layer: Any) -> Facts:
    kind = f"conv{layer.rank}d"
    attributes = dict(
        filters=layer.filters,
        kernel=tuple(layer.kernel_size),
        stride=tuple(layer.strides),
        dilation=tuple(layer.dilation_rate),
        groups=layer.groups,
        bias=layer.use_bias,
        padding=conv_padding(layer),
        **_activation(layer),
    )
    return kind, attributes, {}


def _depthwise(layer: Any) -> Facts:
    attributes = dict(
        kernel=tuple(layer.kernel_size),
        stride=tuple(layer.strides),
        dilation=tuple(layer.dilation_rate),
        multiplier=layer.depth_multiplier,
        bias=layer.use_bias,
        padding=conv_padding(layer),
        **_activation(layer),
    )
    return f"depthwise_conv{layer.rank}d", attributes, {"multiplier": layer.depth_multiplier}


def _conv_transpose(layer: Any) -> Facts:
    return _plain(
        f"conv{layer.rank}d_transpose",
        filters=layer.filters,
        kernel=tuple(layer.kernel_size),
        stride=tuple(layer.strides),
        bias=layer.use_bias,
        **_activation(layer),
    )


def conv_padding(layer: Any) -> Any:
    """Padding per axis as (before, after); ``same`` where it depends on the size of the input."""
    explicit = getattr(layer, "torch_padding", None)
    kernel = layer.kernel_size
    if explicit is not None:
        sizes = explicit if isinstance(explicit, (tuple, list)) else (explicit,) * len(kernel)
        return tuple((size, size) for size in sizes)
    totals = [d * (k - 1) for k, d in zip(kernel, layer.dilation_rate, strict=True)]
    if layer.padding == "valid":
        return tuple((0, 0) for _ in totals)
    if layer.padding == "causal":
        return tuple((total, 0) for total in totals)
    if all(stride == 1 for stride in layer.strides):
        return tuple((total // 2, total - total // 2) for total in totals)
    return layer.padding


def _batch_norm(layer: Any) -> Facts:
    return _plain(
        "batch_norm",
        epsilon=layer.epsilon,
        momentum=round(1 - layer.momentum, 12),
        scale=layer.scale,
        center=layer.center,
    )


def _layer_norm(layer: Any) -> Facts:
    return _plain("layer_norm", epsilon=layer.epsilon, scale=layer.scale, center=layer.center)


def _group_norm(layer: Any) -> Facts:
    return _plain("group_norm", groups=layer.groups, epsilon=layer.epsilon)


def _pool(kind: str) -> Callable[[Any], Facts]:
    def extract(layer: Any) -> Facts:
        explicit = getattr(layer, "torch_padding", None)
        padding = layer.padding if explicit is None else explicit
        return _plain(
            kind,
            size=tuple(layer.pool_size),
            stride=tuple(layer.strides),
            ceil=getattr(layer, "ceil_mode", False),
            padding=(0,) * len(layer.pool_size) if padding == "valid" else padding,
        )

    return extract


def _adaptive(kind: str) -> Callable[[Any], Facts]:
    return lambda layer: _plain(kind, output=spread(layer.output_size, 2))


def _dropout(kind: str) -> Callable[[Any], Facts]:
    return lambda layer: _plain(kind, rate=layer.rate)


def _embedding(layer: Any) -> Facts:
    return _plain(
        "embedding", entries=layer.input_dim, width=layer.output_dim, padding_token=0 if layer.mask_zero else None
    )


def _recurrent(kind: str) -> Callable[[Any], Facts]:
    def extract(layer: Any) -> Facts:
        attributes = dict(units=layer.units, bias=layer.use_bias, bidirectional=False, **_recurrent_forms(kind, layer))
        return kind, attributes, {"bidirectional": False}

    return extract


def _recurrent_forms(kind: str, layer: Any) -> dict[str, Any]:
    if kind == "gru":
        return {"reset_after": layer.reset_after}
    return {"activation": name_of(layer.activation)} if kind == "rnn" else {}


def _cell(kind: str) -> Callable[[Any], Facts]:
    """One step of a recurrence, which the user's own loop repeats."""

    def extract(layer: Any) -> Facts:
        _, attributes, _ = _recurrent(kind)(layer)
        return kind, attributes, {"cell": True}

    return extract


def _bidirectional(layer: Any) -> Facts:
    kind, attributes, _ = _facts(layer.forward_layer)
    return kind, attributes | {"bidirectional": True}, {"bidirectional": True}


def _leaky(layer: Any) -> Facts:
    return _plain("leaky_relu", slope=float(layer.negative_slope))


def _relu(layer: Any) -> Facts:
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        return _plain("relu", max_value=layer.max_value, slope=float(layer.negative_slope), threshold=layer.threshold)
    return _plain("relu")


def _flatten(layer: Any) -> Facts:
    """Up to three axes there is no channel axis to tell apart; inside of another layer the shape is not known."""
    image = not layer._inbound_nodes or len(layer.input.shape) > 3
    return _plain("flatten", order=getattr(layer, "order", "channels_last" if image else "channels_first"))


def _normalization(layer: Any) -> Facts:
    """Numbers once they are known; an inverted layer has another formula."""
    if layer.invert or layer.mean is None:
        return _plain("normalization")
    return _plain("normalization", mean=_numbers(layer.mean), variance=_numbers(layer.variance))


def _numbers(value: Any) -> Any:
    """One number, or a tuple of them."""
    array = np.asarray(value, np.float64).reshape(-1)
    return float(array[0]) if array.size == 1 else tuple(array.tolist())


def _activation_layer(layer: Any) -> Facts:
    kind, attributes = form_of(layer.activation)
    return _plain(kind, **attributes)


def _named(kind: str, layer: Any) -> Facts:
    """A kind that only its name tells; Keras's GELU is the exact one unless the layer says otherwise."""
    if kind != "gelu":
        return _plain(kind)
    return _plain(kind, approximate=getattr(layer, "approximate", False) in (True, "tanh"))


_EXTRACTORS: Mapping[type, Callable[[Any], Facts]] = {
    layers.Dense: _dense,
    layers.Conv1D: _conv,
    layers.Conv2D: _conv,
    layers.Conv3D: _conv,
    layers.DepthwiseConv1D: _depthwise,
    layers.DepthwiseConv2D: _depthwise,
    layers.Conv1DTranspose: _conv_transpose,
    layers.Conv2DTranspose: _conv_transpose,
    layers.Conv3DTranspose: _conv_transpose,
    layers.Conv3DTranspose: _conv_transpose,
    layers.BatchNormalization: _batch_norm,
    layers.LayerNormalization: _layer_norm,
    layers.GroupNormalization: _group_norm,
    layers.RMSNormalization: lambda layer: _plain("rms_norm", epsilon=layer.epsilon),
    layers.MaxPooling1D: _pool("max_pool"),
    layers.MaxPooling2D: _pool("max_pool"),
    layers.MaxPooling3D: _pool("max_pool"),
    layers.AveragePooling1D: _pool("average_pool"),
    layers.AveragePooling2D: _pool("average_pool"),
    layers.AveragePooling3D: _pool("average_pool"),
    layers.AdaptiveAveragePooling2D: _adaptive("adaptive_average_pool"),
    layers.AdaptiveMaxPooling2D: _adaptive("adaptive_max_pool"),
    layers.GlobalAveragePooling2D: lambda layer: _plain("adaptive_average_pool", output=(1, 1)),
    layers.GlobalMaxPooling2D: lambda layer: _plain("adaptive_max_pool", output=(1, 1)),
    layers.Dropout: _dropout("dropout"),
    layers.SpatialDropout1D: _dropout("spatial_dropout"),
    layers.SpatialDropout2D: _dropout("spatial_dropout"),
    layers.GaussianNoise: lambda layer: _plain("gaussian_noise", deviation=layer.stddev),
    layers.Embedding: _embedding,
    layers.LSTM: _recurrent("lstm"),
    layers.GRU: _recurrent("gru"),
    layers.SimpleRNN: _recurrent("rnn"),
    layers.LSTMCell: _cell("lstm"),
    layers.GRUCell: _cell("gru"),
    layers.SimpleRNNCell: _cell("rnn"),
    layers.Bidirectional: _bidirectional,
    layers.ReLU: _relu,
    layers.LeakyReLU: _leaky,
    layers.ELU: lambda layer: _plain("elu", alpha=float(layer.alpha)),
    layers.PReLU: lambda layer: _plain("prelu"),
    layers.Softmax: lambda layer: _plain("softmax"),
    layers.Activation: _activation_layer,
    layers.Rescaling: lambda layer: _plain("rescaling", scale=_numbers(layer.scale), offset=_numbers(layer.offset)),
    layers.Normalization: _normalization,
    layers.Identity: lambda layer: _plain("identity"),
    layers.Flatten: _flatten,
    layers.UpSampling2D: lambda layer: _plain("upsample", factor=spread(layer.size, 2), mode=layer.interpolation),
}
