"""Probes of embeddings, recurrent layers and masks."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import tensorflow as tf
import torch.nn.functional as F
from keras import layers, ops
from keras.src import backend
from probing import MASK, Replaced, array, built, copied, error, gradient, n, probe, refused, run, t
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from torch_impl.layers import aligned
from torch_impl.layers.recurrent import ResetBeforeGRU

SERIES = (3, 5, 4)
LENGTHS = torch.tensor(MASK.sum(1))


def lstm(x, bidirectional=False, **options):
    """A random Keras LSTM, one- or two-way, and its Torch twin."""
    layer = layers.LSTM(3, **options)
    layer = built(layers.Bidirectional(layer) if bidirectional else layer, x)
    module = nn.LSTM(x.shape[-1], 3, batch_first=True, bidirectional=bidirectional)
    return layer, copied(layer, module, "lstm", bidirectional=bidirectional)


def packed(module, x, lengths=LENGTHS):
    return module(pack_padded_sequence(t(x), lengths, batch_first=True, enforce_sorted=False))


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
def recurrent_initial_state():
    x, start = array(*SERIES), [array(3, 3, seed=1), array(3, 3, seed=2)]
    layer, module = lstm(x)
    y = n(layer(ops.convert_to_tensor(x), initial_state=[ops.convert_to_tensor(s) for s in start]))
    hidden = module(t(x), tuple(t(s)[None] for s in start))[1][0][0]
    return error(y, module(t(x))[1][0][0]), error(y, hidden)


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
