"""One mistake at a time in a Keras twin: ``FAULTS[kind](model, rng)`` gives the changed model and the place.

The place is the name of the layer, which is also its Torch path; None where the model has no such layer.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from keras_impl.layers import aligned
from keras_impl.layers.attention import MultiHeadAttention
from keras_impl.layers.class_token import ClassToken
from keras_impl.layers.positional import LearnedPositions, SinusoidalPositions
from parity import draws

Random = random.Random
Fault = Callable[[keras.Model, Random], "tuple[keras.Model, str] | None"]
FAULTS: dict[str, Fault] = {}
POSITIONS = (SinusoidalPositions, LearnedPositions)
CONVOLUTIONS = (layers.Conv2D, layers.Conv1D)
WHOLE = "*"


def chosen(model: keras.Model, rng: Random, *kinds: type, where: Callable[[Any], bool] = lambda layer: True) -> Any:
    """One layer of these kinds, at random."""
    found = [layer for layer in model.layers if isinstance(layer, kinds) and where(layer)]
    return rng.choice(found) if found else None


def rebuilt(model: keras.Model, layer: Any, instead: Any = None, call: Callable[..., Any] | None = None) -> keras.Model:
    """The same graph with another layer, or another call, in the place of ``layer``; the other layers are shared."""

    def run(operation: Any, *args: Any, **options: Any) -> Any:
        if operation is not layer:
            return operation(*args, **options)
        options.pop("mask", None)  # travels with the tensor
        if call is not None:
            options.pop("training", None)
        return (call or instead)(*args, **options)

    return keras.models.clone_model(model, clone_function=lambda operation: operation, call_function=run)


def again(layer: Any, kind: Any = None, **changes: Any) -> Any:
    """A new layer with other arguments."""
    return (kind or type(layer)).from_config({**layer.get_config(), **changes})


def changed(name: str, *kinds: type, where: Callable[[Any], bool] = lambda layer: True) -> Callable[[Any], Any]:
    """Register ``change(layer, rng)``, which gives the layer that takes its place."""

    def register(change: Callable[[Any, Random], Any]) -> Any:
        def inject(model: keras.Model, rng: Random) -> tuple[keras.Model, str] | None:
            layer = chosen(model, rng, *kinds, where=where)
            return None if layer is None else (rebuilt(model, layer, change(layer, rng)), layer.name)

        FAULTS[name] = inject
        return change

    return register


def called(name: str, *kinds: type, where: Callable[[Any], bool] = lambda layer: True) -> Callable[[Any], Any]:
    """Register ``call(layer, inputs...)``, which takes the place of the call of one layer."""

    def register(call: Callable[..., Any]) -> Any:
        def inject(model: keras.Model, rng: Random) -> tuple[keras.Model, str] | None:
            layer = chosen(model, rng, *kinds, where=where)
            if layer is None:
                return None
            return rebuilt(model, layer, call=lambda *given, **options: call(layer, *given, **options)), layer.name

        FAULTS[name] = inject
        return call

    return register


def around(name: str, before: Callable[..., Any] | None = None, after: Callable[..., Any] | None = None) -> None:
    """Register a model that does something to its first input, or to its output."""

    def inject(model: keras.Model, rng: Random) -> tuple[keras.Model, str]:
        inputs = [keras.Input(batch_shape=t.shape, dtype=t.dtype, name=t.name) for t in model.inputs]
        first = inputs[0] if before is None else before(inputs[0])
        given = [first, *inputs[1:]]
        outputs = model(given if len(given) > 1 else first)
        changed_outputs = outputs if after is None else after(outputs)
        return keras.Model(inputs if len(inputs) > 1 else inputs[0], changed_outputs, name=model.name), WHOLE

    FAULTS[name] = inject


# Norms


@changed("batch-norm-epsilon", layers.BatchNormalization)
def batch_norm_epsilon(norm, rng):
    return again(norm, epsilon=rng.choice([1e-3, 1e-4, 1e-6]))


@changed("layer-norm-epsilon", layers.LayerNormalization)
def layer_norm_epsilon(norm, rng):
    return again(norm, epsilon=rng.choice([1e-3, 1e-4, 1e-7]))


@changed("batch-norm-momentum", layers.BatchNormalization)
def batch_norm_momentum(norm, rng):
    return again(norm, momentum=rng.choice([0.99, 0.1, 0.8]))


@changed("norm-affine-missing", layers.BatchNormalization, layers.LayerNormalization)
def norm_affine_missing(norm, rng):
    return again(norm, scale=False, center=False)


@changed("norm-scale-missing", layers.BatchNormalization, layers.LayerNormalization)
def norm_scale_missing(norm, rng):
    return again(norm, scale=False)


@changed("norm-shift-missing", layers.BatchNormalization, layers.LayerNormalization)
def norm_shift_missing(norm, rng):
    return again(norm, center=False)


class TrainingNorm(layers.BatchNormalization):
    """Takes the statistics of the batch, whatever the mode."""

    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=True)


@changed("batch-norm-never-evaluates", layers.BatchNormalization)
def batch_norm_never_evaluates(norm, rng):
    return again(norm, TrainingNorm)


@changed("batch-norm-frozen", layers.BatchNormalization)
def batch_norm_frozen(norm, rng):
    return again(norm, trainable=False)


def swap_statistics(model, rng):
    norm = chosen(model, rng, layers.BatchNormalization)
    if norm is None:
        return None
    mean, variance = (np.array(v) for v in (norm.moving_mean, norm.moving_variance))
    norm.moving_mean.assign(variance)
    norm.moving_variance.assign(mean)
    return model, norm.name


FAULTS["batch-norm-statistics-swapped"] = swap_statistics


def norm_behind_activation(model, rng):
    pairs = [
        (norm, after)
        for norm in model.layers
        for after in model.layers
        if isinstance(norm, layers.BatchNormalization)
        and isinstance(after, layers.ReLU)
        and any(operation is norm for operation in _feeding(after))
    ]
    if not pairs:
        return None
    norm, activation = rng.choice(pairs)
    swapped = rebuilt(model, norm, call=lambda x: norm(activation(x)))
    return rebuilt(swapped, activation, call=_only_once(activation)), norm.name


def _feeding(layer):
    return [tensor._keras_history.operation for node in layer._inbound_nodes for tensor in node.input_tensors]


def _only_once(activation):
    """The first call is the one that moved in front of the norm; the old one hands its input on."""
    calls = []

    def call(x):
        calls.append(x)
        return activation(x) if len(calls) == 1 else x

    return call


FAULTS["norm-behind-activation"] = norm_behind_activation


@changed("layer-norm-as-rms", layers.LayerNormalization)
def layer_norm_as_rms(norm, rng):
    return layers.RMSNormalization(epsilon=norm.epsilon, name=norm.name)


@changed("batch-norm-as-instance", layers.BatchNormalization, where=lambda layer: len(layer.input.shape) == 4)
def batch_norm_as_instance(norm, rng):
    return layers.GroupNormalization(groups=-1, epsilon=norm.epsilon, name=norm.name)


@called("norm-missing", layers.BatchNormalization, layers.LayerNormalization)
def norm_missing(norm, x):
    return x


# Activations

for _name, _function in {
    "relu-as-silu": "silu",
    "relu-as-elu": "elu",
    "relu-as-tanh": "tanh",
    "relu-as-sigmoid": "sigmoid",
    "relu-as-softplus": "softplus",
}.items():
    changed(_name, layers.ReLU)(lambda layer, rng, name=_function: layers.Activation(name, name=layer.name))

changed("relu-as-gelu", layers.ReLU)(lambda layer, rng: aligned.GELU(name=layer.name))
changed("relu-as-leaky", layers.ReLU)(lambda layer, rng: layers.LeakyReLU(0.1, name=layer.name))
changed("relu-clipped", layers.ReLU)(lambda layer, rng: layers.ReLU(max_value=0.5, name=layer.name))


@called("activation-missing", layers.ReLU)
def activation_missing(layer, x):
    return x


@changed("gelu-form", aligned.GELU)
def gelu_form(layer, rng):
    return again(layer, approximate="none" if layer.approximate == "tanh" else "tanh")


@changed("gelu-as-relu", aligned.GELU)
def gelu_as_relu(layer, rng):
    return layers.ReLU(name=layer.name)


around("softmax-extra", after=lambda x: layers.Softmax(name="softmax_extra")(x))
around("log-softmax-extra", after=lambda x: ops.log_softmax(x))
around("sigmoid-extra", after=lambda x: layers.Activation("sigmoid", name="sigmoid_extra")(x))
around("tanh-extra", after=lambda x: layers.Activation("tanh", name="tanh_extra")(x))


@called("softmax-missing", layers.Softmax)
def softmax_missing(layer, x):
    return x


# Convolutions and pools


def padded_convolution(layer):
    return layer.kernel_size == (3, 3) and layer.strides == (1, 1) and layer.padding == "same"


def _valid(layer):
    config = {name: value for name, value in layer.get_config().items() if name != "padding"}
    return layers.Conv2D.from_config({**config, "padding": "valid"})


def padding_with(name, widths, fits, mode=lambda rng: "constant"):
    def inject(model, rng):
        layer = chosen(model, rng, layers.Conv2D, where=fits)
        if layer is None:
            return None
        plain, chosen_mode, pad = _valid(layer), mode(rng), widths(rng)
        return rebuilt(
            model, layer, call=lambda x: plain(ops.pad(x, ((0, 0), pad, pad, (0, 0)), chosen_mode))
        ), layer.name

    FAULTS[name] = inject


def padded_by_one(layer):
    return getattr(layer, "torch_padding", None) == (1, 1) or padded_convolution(layer)


padding_with("padding-on-one-side", lambda rng: (0, 2) if rng.random() < 0.5 else (2, 0), padded_by_one)
padding_with("padding-mode", lambda rng: (1, 1), padded_convolution, lambda rng: rng.choice(["reflect", "symmetric"]))


@changed("dilation", layers.Conv2D, where=padded_convolution)
def dilation(layer, rng):
    return again(layer, dilation_rate=2)


def stride_in_other_convolution(model, rng):
    first = chosen(
        model, rng, layers.Conv2D, where=lambda layer: layer.name.endswith(".conv1") and layer.strides != (1, 1)
    )
    if first is None:
        return None
    second = model.get_layer(first.name.replace("conv1", "conv2"))
    moved = rebuilt(model, first, again(first, strides=1))
    return rebuilt(moved, second, again(second, strides=first.strides)), first.name.rpartition(".")[0]


FAULTS["stride-in-other-convolution"] = stride_in_other_convolution


@changed("convolution-bias-missing", *CONVOLUTIONS, where=lambda layer: layer.use_bias)
def convolution_bias_missing(layer, rng):
    return again(layer, use_bias=False)


@changed("bias-missing", layers.Dense, where=lambda layer: layer.use_bias)
def bias_missing(layer, rng):
    return again(layer, use_bias=False)


@changed("max-pool-as-average", layers.MaxPooling2D)
def max_pool_as_average(layer, rng):
    return layers.AveragePooling2D(layer.pool_size, layer.strides, padding=layer.padding, name=layer.name)


@changed("pool-window", layers.MaxPooling2D, where=lambda layer: layer.pool_size == (2, 2) and layer.padding == "valid")
def pool_window(layer, rng):
    return layers.MaxPooling2D(3, 2, padding="same", name=layer.name)


@changed("global-average-as-max", layers.AdaptiveAveragePooling2D, layers.GlobalAveragePooling2D)
def global_average_as_max(layer, rng):
    if isinstance(layer, layers.GlobalAveragePooling2D):
        return layers.GlobalMaxPooling2D(keepdims=layer.keepdims, name=layer.name)
    return layers.AdaptiveMaxPooling2D(layer.output_size, name=layer.name)


def flatten_order(model, rng):
    """The features are the same up to their order, which shows in the dense layer behind."""
    layer = chosen(model, rng, aligned.ChannelsFirstFlatten)
    return None if layer is None else (rebuilt(model, layer, layers.Flatten(name=layer.name)), f"{layer.name}|dense")


FAULTS["flatten-order"] = flatten_order


def _rewired(name, kind, call):
    """Register another call of one operation between the layers."""

    def inject(model, rng):
        operations = [o for o in model.operations if type(o).__name__ == kind]
        if not operations:
            return None
        operation = rng.choice(operations)
        return rebuilt(model, operation, call=lambda *given: call(operation, *given)), WHOLE

    FAULTS[name] = inject


_rewired("join-order", "Concatenate", lambda operation, parts: ops.concatenate(parts[::-1], axis=-1))


def residual_missing(model, rng):
    """What is left of a sum is the branch: blocks of transformers write the skip first, the others last."""
    sums = [operation for operation in model.operations if type(operation).__name__ == "Add"]
    branch = int(any(isinstance(layer, MultiHeadAttention) for layer in model.layers))
    return (rebuilt(model, rng.choice(sums), call=lambda *parts: parts[branch]), WHOLE) if sums else None


FAULTS["residual-missing"] = residual_missing


# Inputs

around("input-rescaled", before=lambda x: layers.Rescaling(1 / 255, name="prepared")(x))
around("input-centred", before=lambda x: layers.Rescaling(1 / 127.5, -1.0, name="prepared")(x))
around("input-standardised", before=lambda x: layers.Rescaling(1 / 0.22, -0.45 / 0.22, name="prepared")(x))
around("channels-reversed", before=lambda x: x[..., ::-1])
around("image-transposed", before=lambda x: ops.transpose(x, (0, 2, 1, 3)))
around("series-reversed", before=lambda x: ops.flip(x, 1))


# What should be off


class DroppingDropout(layers.Dropout):
    """Drops in both modes."""

    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


@changed("dropout-rate", layers.Dropout, layers.SpatialDropout2D, where=lambda layer: layer.rate > 0)
def dropout_rate(layer, rng):
    return type(layer)(layer.rate / 2, name=layer.name)


@changed("dropout-left-on", layers.Dropout, layers.SpatialDropout2D, where=lambda layer: layer.rate > 0)
def dropout_left_on(layer, rng):
    return DroppingDropout(layer.rate, name=layer.name)


# Recurrent layers

CELLS = (layers.LSTM, layers.GRU, layers.SimpleRNN)


def gates_moved(layer, count, order):
    for variable in layer.weights:
        array = np.array(variable)
        blocks = np.split(array, count, axis=-1)
        variable.assign(np.concatenate([blocks[i] for i in order], axis=-1))


def _moving(name, kind, count, orders):
    def inject(model, rng):
        found = [
            (outer, inner)
            for outer in model.layers
            for inner in ([outer.forward_layer] if isinstance(outer, layers.Bidirectional) else [outer])
            if isinstance(inner, kind)
        ]
        if not found:
            return None
        outer, inner = rng.choice(found)
        gates_moved(inner, count, rng.choice(orders))
        return model, outer.name

    FAULTS[name] = inject


_moving("lstm-gate-order", layers.LSTM, 4, [(1, 0, 2, 3), (0, 1, 3, 2), (0, 2, 1, 3)])
_moving("gru-gate-order", layers.GRU, 3, [(1, 0, 2), (2, 1, 0)])


@changed("gru-reset", layers.GRU)
def gru_reset(layer, rng):
    return again(layer, reset_after=not layer.reset_after)


@called("sequence-backwards", *CELLS)
def sequence_backwards(layer, x):
    return layer(ops.flip(x, 1))


@changed("recurrent-activation", *CELLS)
def recurrent_activation(layer, rng):
    return again(layer, activation=rng.choice(["relu", "softsign"]))


@changed("recurrent-hard-sigmoid", layers.LSTM, layers.GRU)
def recurrent_hard_sigmoid(layer, rng):
    return again(layer, recurrent_activation="hard_sigmoid")


def read_elsewhere(name, read):
    def inject(model, rng):
        layer = chosen(model, rng, *CELLS, where=lambda layer: not layer.return_sequences)
        if layer is None:
            return None
        sequence = again(layer, return_sequences=True)
        return rebuilt(model, layer, call=lambda x: read(sequence(x))), layer.name

    FAULTS[name] = inject


read_elsewhere("first-step", lambda steps: steps[:, 0])
read_elsewhere("mean-of-steps", lambda steps: ops.mean(steps, axis=1))


def bidirectional_end(model, rng):
    """The other of the two: the last step, or where each direction ends."""
    layer = [each for each in model.layers if isinstance(each, layers.Bidirectional)][-1:]
    reading = [o for o in model.operations if type(o).__name__ == "GetItem"]
    if not layer or not reading:
        return None
    inner = again(layer[0].forward_layer, return_sequences=False)
    states = rebuilt(model, layer[0], layers.Bidirectional(inner, name=layer[0].name))
    return rebuilt(states, reading[0], call=lambda x, *index: x), layer[0].name


@called("directions-swapped", layers.Bidirectional)
def directions_swapped(layer, x, **options):
    first, second = ops.split(layer(x, **options), 2, axis=-1)
    return ops.concatenate([second, first], axis=-1)


class Unmasked(layers.Layer):
    """Hands its input on without the mask that travels with it."""

    supports_masking = True

    def call(self, inputs):
        return ops.copy(inputs)

    def compute_mask(self, inputs, previous_mask):
        return None


@called("padding-not-masked", layers.Bidirectional)
def padding_not_masked(layer, x):
    return layer(Unmasked(name="unmasked")(x))


# Transformers


@called("padding-mask-missing", MultiHeadAttention)
def padding_mask_missing(layer, query, source=None, visible=None):
    return layer(query)


@called("padding-mask-inverted", MultiHeadAttention)
def padding_mask_inverted(layer, query, source=None, visible=None):
    return layer(query, visible=None if visible is None else ops.logical_not(visible))


@changed("causal-mask-missing", MultiHeadAttention, where=lambda layer: layer.causal)
def causal_mask_missing(layer, rng):
    return again(layer, causal=False)


@changed("causal-mask-extra", MultiHeadAttention, where=lambda layer: not layer.causal)
def causal_mask_extra(layer, rng):
    return again(layer, causal=True)


class ScaledAttention(MultiHeadAttention):
    """Keys times a factor."""

    factor = 1.0

    def project(self, source):
        key, value = super().project(source)
        return key * self.factor, value


@changed("attention-scale", MultiHeadAttention)
def attention_scale(layer, rng):
    """By the whole width, or not at all."""
    wanted = rng.choice([layer.heads**-0.5, (layer.width // layer.heads) ** 0.5])
    instead = again(layer, ScaledAttention)
    instead.factor = wanted
    return instead


@changed("attention-heads", MultiHeadAttention)
def attention_heads(layer, rng):
    return again(layer, heads=rng.choice([1, 2, 8]))


@called("position-offset", *POSITIONS)
def position_offset(layer, x):
    return layer(x, start=1)


@called("positions-missing", *POSITIONS)
def positions_missing(layer, x):
    return x


@called("embedding-scaled", *POSITIONS)
def embedding_scaled(layer, x):
    return layer(layers.Rescaling(x.shape[-1] ** 0.5, name="scaled")(x))


_rewired("other-token-read", "GetItem", lambda operation, x, *index: x[:, -1])


class LastClassToken(ClassToken):
    """At the other end of the sequence."""

    def call(self, x):
        joined = super().call(x)
        return ops.concatenate([joined[:, 1:], joined[:, :1]], axis=1)


@changed("class-token-last", ClassToken)
def class_token_last(layer, rng):
    return again(layer, LastClassToken)


@called("tokens-off-by-one", layers.Embedding, where=lambda layer: layer.input_dim > 12)
def tokens_off_by_one(layer, tokens, **options):
    return layer((tokens + 1) % layer.input_dim, **options)


# Weights that were loaded by hand


def on_weights(name, fits=lambda layer: True):
    """Register ``change(layer, rng)``, which gives a variable of one dense layer or convolution and its new value."""

    def register(change):
        def inject(model, rng):
            layer = chosen(model, rng, layers.Dense, *CONVOLUTIONS, where=fits)
            if layer is None:
                return None
            variable, array = change(layer, rng)
            variable.assign(np.asarray(array, np.float32))
            return model, layer.name

        FAULTS[name] = inject
        return change

    return register


def numbers(variable):
    """As float32, in which a float64 model is given the same ones."""
    return np.array(variable).astype(np.float32)


def windowed(layer):
    return isinstance(layer, layers.Conv2D) and layer.kernel_size[0] > 1


@on_weights("kernel-transposed", lambda layer: isinstance(layer, layers.Dense) and len({*layer.kernel.shape}) == 1)
def kernel_transposed(layer, rng):
    return layer.kernel, numbers(layer.kernel).T


@on_weights("window-transposed", windowed)
def window_transposed(layer, rng):
    return layer.kernel, numbers(layer.kernel).swapaxes(0, 1)


@on_weights("window-flipped", windowed)
def window_flipped(layer, rng):
    return layer.kernel, numbers(layer.kernel)[::-1, ::-1]


@on_weights("layer-never-loaded")
def layer_never_loaded(layer, rng):
    width = np.prod(layer.kernel.shape[:-1]) ** -0.5
    return layer.kernel, draws.normal(tuple(layer.kernel.shape), rng.randrange(1000)) * width


@on_weights("bias-never-loaded", lambda layer: layer.use_bias)
def bias_never_loaded(layer, rng):
    return layer.bias, np.zeros(layer.bias.shape)


@on_weights("weight-scaled")
def weight_scaled(layer, rng):
    return layer.kernel, numbers(layer.kernel) * rng.choice([0.5, 1.01, 2.0])


@on_weights("weight-negated")
def weight_negated(layer, rng):
    return layer.kernel, -numbers(layer.kernel)


@on_weights("one-number-off")
def one_number_off(layer, rng):
    array = numbers(layer.kernel)
    array.flat[rng.randrange(array.size)] += 0.1
    return layer.kernel, array


@on_weights("weight-rounded")
def weight_rounded(layer, rng):
    return layer.kernel, numbers(layer.kernel).astype(np.float16)


@on_weights("units-permuted")
def units_permuted(layer, rng):
    return layer.kernel, np.roll(numbers(layer.kernel), 1, axis=-1)


def layers_swapped(model, rng):
    found = [layer for layer in model.layers if isinstance(layer, (layers.Dense, *CONVOLUTIONS))]
    pairs = [
        (a, b)
        for place, a in enumerate(found)
        for b in found[place + 1 :]
        if [w.shape for w in a.weights] == [w.shape for w in b.weights]
    ]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    kept = first.get_weights()
    first.set_weights(second.get_weights())
    second.set_weights(kept)
    return model, f"{first.name}|{second.name}"


FAULTS["layers-swapped"] = layers_swapped


# Float types

MULTIPLYING = (layers.Dense, *CONVOLUTIONS)
changed("half-precision-layer", *MULTIPLYING)(lambda layer, rng: again(layer, dtype="float16"))
changed("bfloat16-layer", *MULTIPLYING)(lambda layer, rng: again(layer, dtype="bfloat16"))
