"""Probes of attention and transformer blocks."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from probing import MASK, array, built, copied, error, first, n, plain, probe, run, t
from torch import nn

from parity.sides.keras_patches import true_float64


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


def rotated(x, halves):
    """Every pair of features turned by its position: those of two halves, or neighbours."""
    steps, width = x.shape[-2:]
    angles = np.outer(np.arange(steps), 10000.0 ** (-np.arange(0, width, 2) / width))
    a, b = (x[..., : width // 2], x[..., width // 2 :]) if halves else (x[..., 0::2], x[..., 1::2])
    turned = a * np.cos(angles) - b * np.sin(angles), b * np.cos(angles) + a * np.sin(angles)
    return np.concatenate(turned, -1) if halves else np.stack(turned, -1).reshape(x.shape)


@probe
def rotary_pairs():
    query, key = array(3, 5, 8), array(3, 5, 8, seed=1)
    y = n(ops.einsum("btd,bsd->bts", *(ops.convert_to_tensor(rotated(x, True)) for x in (query, key))))

    def port(permuted):
        paired = [np.stack(np.split(x, 2, -1), -1).reshape(x.shape) if permuted else x for x in (query, key)]
        q, k = (t(rotated(x, False)) for x in paired)
        return q @ k.mT

    return error(y, port(False)), error(y, port(True))


@probe
def position_table():
    def table(step):
        angles = np.arange(5)[:, None] / 10000.0 ** (step * np.arange(4) / 8)
        return np.stack([np.sin(angles), np.cos(angles)], -1).reshape(5, 8)

    x = array(3, 5, 8)
    y = n(ops.add(ops.convert_to_tensor(x), table(2)))
    return error(y, t(x) + t(table(1))), error(y, t(x) + t(table(2)))
