"""Probes of embeddings, recurrent layers, masking, attention, activations, dropout and resizing."""

from __future__ import annotations

import math

import torch  # before TensorFlow
import torch.nn.functional as F
from probing import (
    Replaced,
    array,
    built,
    copied,
    error,
    first,
    gradient,
    n,
    plain,
    probe,
    refused,
    run,
    t,
    torch_gradient,
    weights,
)
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from keras.src import backend
from parity.sides.keras_patches import true_float64
from torch_impl.layers import aligned
from torch_impl.layers.recurrent import ResetBeforeGRU

SERIES = (3, 5, 4)
MASK = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], bool)
LENGTHS = torch.tensor(MASK.sum(1))


def lstm(x, bidirectional=False, **options):
    """A random Keras LSTM, one- or two-way, and its Torch twin."""
    layer = layers.LSTM(3, **options)
    layer = built(layers.Bidirectional(layer) if bidirectional else layer, x)
    module = nn.LSTM(x.shape[-1], 3, batch_first=True, bidirectional=bidirectional)
    return layer, copied(layer, module, "lstm", bidirectional=bidirectional)


def packed(module, x, lengths=LENGTHS):
    return module(pack_padded_sequence(t(x), lengths, batch_first=True, enforce_sorted=False))


# --- embeddings and recurrent layers -----------------------------------------------------------------


@probe
def embedding_padding_row():
    ids = np.array([[1, 2, 0], [3, 0, 0]])
    layer = built(layers.Embedding(4, 3, mask_zero=True), ids)
    slope = gradient(lambda table: ops.sum(ops.square(layer(ids))), layer.embeddings)

    def port(padding):
        module = copied(layer, nn.Embedding(4, 3, padding_idx=padding), "embedding")
        module(t(ids)).square().sum().backward()
        return module.weight.grad

    return error(slope, port(0)), error(slope, port(None))


@probe
def embedding_negative_id():
    ids = np.array([[1, -1], [2, 3]])
    layer = built(layers.Embedding(4, 3), np.abs(ids))
    module = copied(layer, nn.Embedding(4, 3), "embedding")
    return refused(lambda: module(t(ids))), error(run(layer, ids), module(t(ids) % 4))


@probe
def recurrent_mask():
    x = array(*SERIES)
    layer, module = lstm(x)
    y = run(layer, x, mask=ops.convert_to_tensor(MASK))
    return error(y, module(t(x))[1][0][0]), error(y, packed(module, x)[1][0][0])


@probe
def recurrent_masked_output():
    x = array(*SERIES)
    layer, module = lstm(x, return_sequences=True)
    y = run(layer, x, mask=ops.convert_to_tensor(MASK))
    steps, _ = pad_packed_sequence(packed(module, x)[0], batch_first=True)
    ends = steps[torch.arange(3), LENGTHS - 1][:, None]
    return error(y, steps), error(y, torch.where(t(MASK)[..., None], steps, ends))


@probe
def recurrent_two_biases():
    x = array(*SERIES)

    def trained(kind):
        layer, module = lstm(x)
        module = copied(layer, kind(4, 3, batch_first=True), "lstm")
        optimizer = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.1)
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = ops.sum(ops.square(layer(ops.convert_to_tensor(x))))
            for weight, slope in zip(
                layer.trainable_weights, tape.gradient(loss, [w.value for w in layer.trainable_weights]), strict=True
            ):
                weight.assign(weight - 0.1 * slope)
            optimizer.zero_grad()
            module(t(x))[1][0][0].square().sum().backward()
            optimizer.step()
        return error(run(layer, x), module(t(x))[1][0][0])

    return trained(nn.LSTM), trained(aligned.LSTM)


@probe
def lstm_gate_order():
    x = array(*SERIES)
    layer, module = lstm(x)
    y = run(layer, x)
    after = error(y, module(t(x))[1][0][0])
    with torch.no_grad():
        for parameter in module.parameters():
            i, f, g, o = parameter.chunk(4)
            parameter.copy_(torch.cat([i, f, o, g]))
    return error(y, module(t(x))[1][0][0]), after


@probe
def gru_gate_order():
    x = array(*SERIES)
    layer = built(layers.GRU(3), x)
    module = copied(layer, nn.GRU(4, 3, batch_first=True), "gru")
    y = run(layer, x)
    after = error(y, module(t(x))[1][0])
    with torch.no_grad():
        for parameter in module.parameters():
            r, z, candidate = parameter.chunk(3)
            parameter.copy_(torch.cat([z, r, candidate]))
    return error(y, module(t(x))[1][0]), after


@probe
def gru_update_sign():
    x = array(*SERIES)
    layer = built(layers.GRU(3), x)
    module = copied(layer, nn.GRU(4, 3, batch_first=True), "gru")
    y = run(layer, x)

    def port(other):
        state = torch.zeros(3, 3)
        for step in t(x).unbind(1):
            own = F.linear(step, module.weight_ih_l0, module.bias_ih_l0).chunk(3, 1)
            old = F.linear(state, module.weight_hh_l0, module.bias_hh_l0).chunk(3, 1)
            reset, update = torch.sigmoid(own[0] + old[0]), torch.sigmoid(own[1] + old[1])
            candidate = torch.tanh(own[2] + reset * old[2])
            update = 1 - update if other else update
            state = update * state + (1 - update) * candidate
        return state

    return error(y, port(True)), error(y, port(False))


@probe
def gru_reset_before():
    x = array(*SERIES)
    layer = built(layers.GRU(3, reset_after=False), x)
    y = run(layer, x)
    stock = nn.GRU(4, 3, batch_first=True)
    nn.init.zeros_(stock.bias_hh_l0)
    copied(layer, stock, "gru")
    return (
        error(y, stock(t(x))[1][0]),
        error(y, copied(layer, ResetBeforeGRU(4, 3, sequences=False), "gru")(t(x))),
    )


@probe
def bidirectional_last_step():
    x = array(*SERIES)
    layer, module = lstm(x, bidirectional=True)
    y = run(layer, x)
    steps, (hidden, _) = module(t(x))
    layer.forward_layer.return_sequences = layer.backward_layer.return_sequences = True
    layer.return_sequences = True
    after = max(error(y, torch.cat([hidden[-2], hidden[-1]], 1)), error(run(layer, x)[:, -1], steps[:, -1]))
    return error(y, steps[:, -1]), after


@probe
def bidirectional_order():
    x = array(*SERIES)
    layer, module = lstm(x, bidirectional=True)
    hidden = module(t(x))[1][0]
    return (
        error(run(layer, x), torch.cat([hidden[1], hidden[0]], 1)),
        error(run(layer, x), torch.cat([hidden[0], hidden[1]], 1)),
    )


@probe
def bidirectional_padding():
    x = array(*SERIES)
    layer, module = lstm(x, bidirectional=True, return_sequences=True)
    y = run(layer, x, mask=ops.convert_to_tensor(MASK))[MASK]
    steps, _ = pad_packed_sequence(packed(module, x)[0], batch_first=True)
    return error(y, module(t(x))[0][t(MASK)]), error(y, steps[t(MASK)])


@probe
def sequence_mask_holes():
    x, mask = array(*SERIES), np.array([[1, 0, 1, 0, 1], [0, 1, 1, 1, 0], [1, 1, 0, 0, 0]], bool)
    layer, module = lstm(x)
    y = run(layer, x, mask=ops.convert_to_tensor(mask))
    lengths = torch.tensor(mask.sum(1))
    order = np.argsort(~mask, axis=1, kind="stable")
    compact = np.take_along_axis(x, order[..., None], 1)
    return error(y, packed(module, x, lengths)[1][0][0]), error(y, packed(module, compact, lengths)[1][0][0])


@probe
def sequence_empty():
    x, mask = array(*SERIES), MASK.copy()
    mask[2] = False
    layer, module = lstm(x)
    y = run(layer, x, mask=ops.convert_to_tensor(mask))
    lengths = torch.tensor(mask.sum(1))
    fixed = packed(module, x, lengths.clamp(min=1))[1][0][0] * (lengths > 0)[:, None]
    return refused(lambda: packed(module, x, lengths)), error(y, fixed)


@probe
def recurrent_dropout_place():
    x = array(*SERIES)
    mask = 2.0 * (np.random.default_rng(2).random((3, 4)) < 0.5)
    layer, module = lstm(x, dropout=0.5)
    with Replaced(backend.random, "dropout", lambda values, *_, **__: values * mask):
        y = run(layer, x, training=True)
    per_step = t(2.0 * (np.random.default_rng(2).random(SERIES) < 0.5))
    return error(y, module(t(x) * per_step)[1][0][0]), error(y, module(t(x) * t(mask)[:, None])[1][0][0])


@probe
def recurrent_dropout_state():
    x = array(*SERIES)
    masks = 2.0 * (np.random.default_rng(2).random((4, 3, 3)) < 0.5)
    queue = iter(masks)
    layer, module = lstm(x, recurrent_dropout=0.5)
    with Replaced(backend.random, "dropout", lambda values, *_, **__: values * next(queue)):
        y = run(layer, x, training=True)

    def port(kept):
        hidden = cell = torch.zeros(3, 3)
        recurrent = module.weight_hh_l0.chunk(4)
        for step in t(x).unbind(1):
            own = F.linear(step, module.weight_ih_l0, module.bias_ih_l0).chunk(4, 1)
            i, f, g, o = (a + (hidden * k) @ w.T for a, w, k in zip(own, recurrent, kept, strict=True))
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
        return hidden

    return error(y, port([t(masks[0])] * 4)), error(y, port([t(mask) for mask in masks]))


@probe
def recurrent_backwards_order():
    x = array(*SERIES)
    layer, module = lstm(x, go_backwards=True, return_sequences=True)
    steps = module(t(x).flip(1))[0]
    return error(run(layer, x), steps.flip(1)), error(run(layer, x), steps)


@probe
def recurrent_state_order():
    x = array(*SERIES)
    layer, module = lstm(x, bidirectional=True, return_state=True)
    states = np.stack([n(state) for state in layer(ops.convert_to_tensor(x))[1:3]])
    hidden, cell = module(t(x))[1]
    return error(states, hidden), error(states, torch.stack([hidden[0], cell[0]]))


@probe
def recurrent_stateful():
    x = array(*SERIES)
    layer = layers.LSTM(3, stateful=True)
    built(layer, x)
    layer.reset_state()
    module = copied(layer, nn.LSTM(4, 3, batch_first=True), "lstm")
    run(layer, x)
    y = run(layer, x)
    _, state = module(t(x))
    return error(y, module(t(x))[1][0][0]), error(y, module(t(x), state)[1][0][0])


@probe
def recurrent_batch_first():
    x = array(4, 4, 4)
    layer, module = lstm(x, return_sequences=True)
    y = run(layer, x)
    wrong = nn.LSTM(4, 3)
    wrong.load_state_dict(module.state_dict())
    return error(y, wrong(t(x))[0]), error(y, module(t(x))[0])


@probe
def masking_zeroes():
    x = array(*SERIES)
    x[0, 3:] = 5.0
    y = run(layers.Masking(5.0), x)
    return error(y, x), error(y, t(x) * (t(x) != 5.0).any(-1, keepdim=True))


@probe
def sequence_left_padding():
    rows = [[5, 6, 7, 8], [9]]
    stock = keras.utils.pad_sequences(rows, 3)
    fixed = keras.utils.pad_sequences(rows, 3, padding="post", truncating="post")
    port = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)[:, :3]
    return error(stock, port), error(fixed, port)


# --- attention ---------------------------------------------------------------------------------------


def packed_projection(layer, swapped=False):
    """State of an ``nn.MultiheadAttention`` from a Keras layer; ``swapped`` mixes up head and key axes."""
    *inner, out, out_bias = (n(w) for w in layer.weights)
    width = inner[0].shape[0]

    def flat(kernel):
        return (kernel.transpose(0, 2, 1) if swapped else kernel).reshape(width, -1).T

    return {
        "in_proj_weight": t(np.concatenate([flat(kernel) for kernel in inner[::2]])),
        "in_proj_bias": t(np.concatenate([bias.ravel() for bias in inner[1::2]])),
        "out_proj.weight": t(out.reshape(-1, width).T),
        "out_proj.bias": t(out_bias),
    }


def attention(x, **options):
    """A random Keras attention layer and its Torch twin."""
    layer = layers.MultiHeadAttention(2, 3, **options)
    built(layer, x, x)
    module = nn.MultiheadAttention(6, 2, batch_first=True)
    module.load_state_dict(packed_projection(layer))
    return layer, module.eval()


TOKENS = (3, 5, 6)


@probe
def attention_packed_projection():
    x = array(*TOKENS)
    layer, module = attention(x)
    y = run(layer, x, x)
    after = error(y, module(t(x), t(x), t(x))[0])
    module.load_state_dict(packed_projection(layer, swapped=True))
    return error(y, module(t(x), t(x), t(x))[0]), after


@probe
def attention_key_dim():
    x = array(*TOKENS)
    count = sum(p.numel() for p in nn.MultiheadAttention(6, 2).parameters())
    counts = [built(layers.MultiHeadAttention(2, size), x, x).count_params() for size in (6, 3)]
    return float(abs(counts[0] - count)), float(abs(counts[1] - count))


@probe
def attention_mask_polarity():
    x, mask = array(*TOKENS), np.tril(np.ones((5, 5), bool))
    layer, module = attention(x)
    y = run(layer, x, x, attention_mask=ops.convert_to_tensor(mask[None]))
    wrong = t(mask).clone()
    wrong[-1, -1] = False  # a row with everything blocked would be NaN
    return (
        error(y, module(t(x), t(x), t(x), attn_mask=wrong)[0]),
        error(y, module(t(x), t(x), t(x), attn_mask=~t(mask))[0]),
    )


@probe
def attention_masked_row():
    x, mask = array(*TOKENS), np.ones((5, 5), bool)
    mask[0] = False
    layer, module = attention(x)
    y = run(layer, x, x, attention_mask=ops.convert_to_tensor(mask[None]))
    open_row = t(mask).clone()
    open_row[0] = True
    even = torch.zeros(5, 5).masked_fill(~t(mask), -1e30)
    fixed = module(t(x), t(x), t(x), attn_mask=even)[0]
    return error(y, module(t(x), t(x), t(x), attn_mask=~t(mask))[0]), error(y, fixed)


@probe
def attention_float_mask():
    x, allowed = array(*TOKENS), np.tril(np.ones((5, 5), bool))
    additive = np.where(allowed, 0.0, -np.inf)
    layer, module = attention(x)
    port = module(t(x), t(x), t(x), attn_mask=t(additive))[0]
    return (
        error(run(layer, x, x, attention_mask=ops.convert_to_tensor(additive[None])), port),
        error(run(layer, x, x, attention_mask=ops.convert_to_tensor(allowed[None])), port),
    )


@probe
def attention_scores_averaged():
    x = array(*TOKENS)
    layer, module = attention(x)
    _, scores = layer(x, x, return_attention_scores=True)
    return (
        error(scores, module(t(x), t(x), t(x))[1]),
        error(scores, module(t(x), t(x), t(x), average_attn_weights=False)[1]),
    )


@probe
def attention_causal_offset():
    query, value = array(2, 3, 6), array(2, 5, 6, seed=1)
    layer = built(layers.MultiHeadAttention(2, 3), query, value)
    module = nn.MultiheadAttention(6, 2, batch_first=True)
    module.load_state_dict(packed_projection(layer))
    y = run(layer, query, value, use_causal_mask=True)

    def port(diagonal):
        blocked = torch.ones(3, 5).triu(diagonal).bool()
        return module(t(query), t(value), t(value), attn_mask=blocked)[0]

    return error(y, port(3)), error(y, port(1))


@plain
def attention_scale_float32():
    x = array(*TOKENS)
    layer, module = attention(x)
    port = module(t(x), t(x), t(x))[0]
    before = error(run(layer, x, x), port)
    with true_float64():
        return before, error(run(layer, x, x), port)


@probe
def attention_luong_scale():
    x = array(*TOKENS)
    y = n(layers.Attention()([ops.convert_to_tensor(x)] * 2))
    return (
        error(y, F.scaled_dot_product_attention(t(x), t(x), t(x))),
        error(y, F.scaled_dot_product_attention(t(x), t(x), t(x), scale=1.0)),
    )


@probe
def attention_norm_position():
    x = array(*TOKENS)
    mixer, _ = attention(x)
    norms = [built(layers.LayerNormalization(), x, seed=seed) for seed in (2, 3)]
    wide = built(layers.Dense(8), x)
    back = built(layers.Dense(6), array(3, 5, 8))
    normed = norms[0](x)
    y = x + mixer(normed, normed)
    y = n(y + back(ops.relu(wide(norms[1](y)))))

    def port(before_block):
        block = nn.TransformerEncoderLayer(6, 2, 8, 0.0, batch_first=True, norm_first=before_block, layer_norm_eps=1e-3)
        block.self_attn.load_state_dict(packed_projection(mixer))
        copied(norms[0], block.norm1, "layer_norm")
        copied(norms[1], block.norm2, "layer_norm")
        copied(wide, block.linear1, "dense")
        copied(back, block.linear2, "dense")
        return block(t(x))

    return error(y, port(False)), error(y, port(True))


@probe
def attention_batch_first():
    x = array(5, 5, 6)
    layer, module = attention(x)
    wrong = nn.MultiheadAttention(6, 2)
    wrong.load_state_dict(module.state_dict())
    y = run(layer, x, x)
    return error(y, wrong(t(x), t(x), t(x))[0]), error(y, module(t(x), t(x), t(x))[0])


@probe
def attention_implicit_mask():
    x = array(*TOKENS) * MASK[..., None]
    layer, module = attention(x)
    masked = layers.Masking()(ops.convert_to_tensor(x))
    port = module(t(x), t(x), t(x), key_padding_mask=~t(MASK))[0]
    return (
        error(layer(masked, masked), port),
        error(run(layer, x, x, attention_mask=ops.convert_to_tensor(MASK[:, None, :])), port),
    )


@probe
def attention_query_mask_argument():
    x, mask = array(*TOKENS), ops.convert_to_tensor(MASK)
    layer, module = attention(x)
    blocked = torch.where(t(MASK[:, :, None] & MASK[:, None, :]), 0.0, -1e30).repeat_interleave(2, 0)
    port = module(t(x), t(x), t(x), attn_mask=blocked)[0]
    both = ops.logical_and(mask[:, :, None], mask[:, None, :])
    return (
        error(run(layer, x, x, query_mask=mask, value_mask=mask), port),
        error(run(layer, x, x, attention_mask=both), port),
    )


@probe
def attention_grouped_heads():
    x = array(2, 5, 8)
    layer = built(layers.GroupQueryAttention(2, 4, 2, use_bias=False), x, x)
    query, key, value, out = (t(w) for w in layer.weights)
    heads = [torch.einsum("ble,ehd->bhld", t(x), kernel) for kernel in (query, key, value)]

    def port(spread):
        mixed = F.scaled_dot_product_attention(heads[0], spread(heads[1]), spread(heads[2]))
        return torch.einsum("bhld,hde->ble", mixed, out)

    y = run(layer, x, x)
    return (
        error(y, port(lambda kv: kv.repeat(1, 2, 1, 1))),
        error(y, port(lambda kv: kv.repeat_interleave(2, 1))),
    )


@probe
def position_offset():
    x = array(*TOKENS)
    layer = built(layers.Embedding(8, 6), np.arange(5))
    y = x + run(layer, np.arange(5))
    module = copied(layer, nn.Embedding(8, 6), "embedding")
    return error(y, t(x) + module(torch.arange(5) + 2)), error(y, t(x) + module(torch.arange(5)))


@probe
def softmax_axis():
    x = array(2, 4, 4, 3)
    y = first(run(layers.Softmax(), x))
    return error(y, first(x).softmax(-1)), error(y, first(x).softmax(1))


# --- activations and dropout -------------------------------------------------------------------------


@probe
def gelu_form():
    x = array(200)
    exact, tanh = run(keras.activations.gelu, x), run(ops.gelu, x)
    return (
        error(tanh, F.gelu(t(x))),
        max(error(tanh, F.gelu(t(x), approximate="tanh")), error(exact, F.gelu(t(x)))),
    )


@probe
def leaky_slope():
    x = array(50)
    y = run(layers.LeakyReLU(), x)
    return error(y, nn.LeakyReLU()(t(x))), error(y, F.leaky_relu(t(x), float(np.float32(0.3))))


@probe
def leaky_slope_float32():
    x = array(50)
    y = run(layers.LeakyReLU(0.3), x)
    port = F.leaky_relu(t(x), 0.3)
    return error(y, port), error(n(ops.where(x > 0, x, 0.3 * x)), port)


@probe
def softplus_threshold():
    x = np.linspace(19.0, 22.0, 31)
    y = run(ops.softplus, x)
    return error(y, F.softplus(t(x))), error(y, torch.logaddexp(t(x), torch.zeros(31)))


@probe
def hard_sigmoid_form():
    x = 2 * array(50)
    y = run(ops.hard_sigmoid, x)
    return error(y, (0.2 * t(x) + 0.5).clamp(0, 1)), error(y, F.hardsigmoid(t(x)))


@probe
def prelu_shape():
    x = array(2, 4, 4, 3)
    each = built(layers.PReLU(), x)
    shared = built(layers.PReLU(shared_axes=[1, 2]), x)
    module = nn.PReLU(3)
    module.weight.data = t(n(each.alpha).mean((0, 1)))
    before = error(first(run(each, x)), module(first(x)))
    module.weight.data = t(n(shared.alpha).ravel())
    return before, error(first(run(shared, x)), module(first(x)))


@probe
def relu_threshold():
    x = 4 * array(50)
    y = run(layers.ReLU(max_value=6.0, negative_slope=0.25, threshold=1.0), x)
    values = t(x)
    fixed = torch.where(values >= 6, 6.0, torch.where(values >= 1, values, 0.25 * (values - 1)))
    return error(y, F.leaky_relu(values, 0.25).clamp(max=6)), error(y, fixed)


@probe
def dropout_stream():
    x = array(4, 6)
    y = run(layers.Dropout(0.5, seed=3), x, training=True)
    mask = run(layers.Dropout(0.5, seed=3), np.ones((4, 6)), training=True)
    torch.manual_seed(3)
    return error(y, F.dropout(t(x), 0.5)), error(y, t(x) * t(mask))


def spread(maps):
    """How far the numbers of one map (B, C, H, W) are from each other."""
    return float((n(maps).max((2, 3)) - n(maps).min((2, 3))).max())


@probe
def dropout_channels():
    ones = np.ones((4, 5, 5, 6))
    maps = first(run(layers.SpatialDropout2D(0.5, seed=1), ones, training=True))
    torch.manual_seed(0)
    rows = torch.movedim(F.dropout2d(t(ones), 0.5), -1, 1)
    return spread(rows), max(spread(maps), spread(F.dropout2d(first(ones), 0.5)))


@probe
def dropout_stochastic_depth():
    ones = torch.ones(6, 3, 4, 4)
    torch.manual_seed(0)
    each, whole = nn.Dropout(0.5)(ones), aligned.StochasticDepth(0.5)(ones)
    keras_whole = run(layers.Dropout(0.5, noise_shape=(None, 1, 1, 1), seed=1), np.ones((6, 4, 4, 3)), training=True)
    return spread(each), max(spread(whole), spread(first(keras_whole)))


@probe
def dropout_alpha():
    x = array(40)
    y = run(layers.AlphaDropout(0.5, seed=1), x, training=True)
    dropped = -1.0507009873554805 * 1.6732632423543772
    scale = 1 / math.sqrt(0.5 * (1 + 0.5 * dropped**2))
    shift = -scale * dropped * 0.5
    mask = t(np.isclose(y, scale * x + shift))
    fixed = scale * torch.where(mask, t(x), dropped) + shift
    return error(y, 2.0 * t(x) * mask), error(y, fixed)


@probe
def dropout_gaussian():
    x, z = array(40), array(40, seed=2)
    with Replaced(backend.random, "normal", lambda shape, mean=0.0, stddev=1.0, **_: mean + stddev * z):
        y = run(layers.GaussianDropout(0.2), x, training=True)
    return error(y, t(x) * (1 + 0.2 * t(z))), error(y, t(x) * (1 + math.sqrt(0.2 / 0.8) * t(z)))


# --- resizing ----------------------------------------------------------------------------------------


def whole_numbers(*shape):
    """Pixels with which float32 arithmetic by halves and quarters is exact."""
    return np.random.default_rng(0).integers(0, 16, shape).astype("float64")


@probe
def resize_align_corners():
    x = whole_numbers(2, 4, 4, 3)
    y = first(run(layers.UpSampling2D(2, interpolation="bilinear"), x))
    return (
        error(y, F.interpolate(first(x), scale_factor=2, mode="bilinear", align_corners=True)),
        error(y, F.interpolate(first(x), scale_factor=2, mode="bilinear")),
    )


def interpolation(size, new):
    """(new, size): each row mixes its two neighbours, half-pixel centres."""
    position = np.clip((np.arange(new) + 0.5) * size / new - 0.5, 0, size - 1)
    low = np.minimum(position.astype(int), size - 2)
    matrix = np.zeros((new, size))
    matrix[np.arange(new), low] = 1 - (position - low)
    matrix[np.arange(new), low + 1] += position - low
    return matrix


@probe
def resize_float32():
    x = array(2, 5, 5, 3)
    port = F.interpolate(first(x), (8, 8), mode="bilinear")
    stock = first(run(layers.Resizing(8, 8), x))
    matrix = ops.convert_to_tensor(interpolation(5, 8))
    return error(stock, port), error(first(n(ops.einsum("ih,jw,bhwc->bijc", matrix, matrix, x))), port)


@probe
def resize_nearest():
    x = array(2, 7, 7, 3)
    y = first(run(layers.Resizing(5, 5, interpolation="nearest"), x))
    return (
        error(y, F.interpolate(first(x), (5, 5), mode="nearest")),
        error(y, F.interpolate(first(x), (5, 5), mode="nearest-exact")),
    )


@probe
def resize_bicubic():
    x = whole_numbers(1, 8, 8, 1)

    def inner(image):
        return image[..., 4:-4, 4:-4]

    stock = inner(first(run(layers.Resizing(16, 16, interpolation="bicubic"), x)))
    fixed = inner(first(run(layers.Resizing(16, 16, interpolation="bicubic", antialias=True), x)))

    def port(antialias):
        return inner(F.interpolate(first(x), (16, 16), mode="bicubic", antialias=antialias))

    return error(stock, port(False)), error(fixed, port(True))


@probe
def resize_antialias():
    x = whole_numbers(1, 16, 16, 1)

    def port(antialias):
        return F.interpolate(first(x), (8, 8), mode="bilinear", antialias=antialias)[..., 1:-1, 1:-1]

    stock = first(run(layers.Resizing(8, 8), x))[..., 1:-1, 1:-1]
    fixed = first(run(layers.Resizing(8, 8, antialias=True), x))[..., 1:-1, 1:-1]
    return error(stock, port(True)), max(error(fixed, port(True)), error(stock, port(False)))


@probe
def resize_area():
    x = whole_numbers(1, 6, 6, 1)

    def both(size):
        y = first(n(tf.image.resize(x, (size, size), method="area")).astype("float64"))
        return error(y, F.interpolate(first(x), (size, size), mode="area"))

    return both(4), both(3)


@probe
def resize_scale_factor():
    x = array(1, 7, 7, 1)
    y = first(run(layers.Resizing(11, 11, interpolation="nearest"), x))
    return (
        error(y, F.interpolate(first(x), scale_factor=1.6, mode="nearest-exact")),
        error(y, F.interpolate(first(x), scale_factor=1.6, mode="nearest-exact", recompute_scale_factor=True)),
    )


@probe
def resize_bytes():
    x = np.random.default_rng(0).integers(0, 256, (1, 31, 29, 3)).astype("uint8")
    y = first(n(tf.cast(tf.round(tf.image.resize(x, (17, 13))), "uint8"))).double()
    port = F.interpolate(torch.tensor(np.moveaxis(x, -1, 1).copy()), (17, 13), mode="bilinear").double()
    even = x[:, :28, :28].astype("float64")
    smooth = first(run(layers.Resizing(56, 56), even))
    return error(y, port), error(smooth, F.interpolate(first(even), (56, 56), mode="bilinear"))
