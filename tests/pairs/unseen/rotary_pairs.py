"""Rotary embedding: halves are rotated together in Keras (GPT-NeoX), neighbours in PyTorch (GPT-J, Meta's Llama)."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["rotary-pairs"],
            "keras": ["rotary", "rotary_*", "attn", "q_rot*", "lambda*"],
            "torch": ["attn", "rotary*", "stack*", "flatten*", "matmul*", "softmax"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class Rotary(layers.Layer):
        def call(self, x):
            n, d = x.shape[1:]
            angles = np.outer(np.arange(n), 10000.0 ** (-np.arange(0, d, 2) / d))
            cos, sin = ops.cast(np.cos(angles), x.dtype), ops.cast(np.sin(angles), x.dtype)
            a, b = ops.split(x, 2, axis=-1)
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

    inputs = keras.Input((6, 8))
    q = Rotary(name="rotary_q")(layers.Dense(8, use_bias=False, name="q_proj")(inputs))
    k = Rotary(name="rotary_k")(layers.Dense(8, use_bias=False, name="k_proj")(inputs))
    v = layers.Dense(8, use_bias=False, name="v_proj")(inputs)
    x = layers.Attention(use_scale=False, score_mode="dot", name="attn")([q, v, k])
    return keras.Model(inputs, layers.Dense(8, name="o_proj")(x))


def torch_model():
    import torch
    from torch import nn

    def apply_rotary(x):
        n, d = x.shape[-2:]
        theta = 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
        angles = torch.arange(n, dtype=torch.float64)[:, None] * theta
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)

    class RotaryAttention(nn.Module):
        def __init__(self):
            super().__init__()
            self.q_proj = nn.Linear(8, 8, bias=False)
            self.k_proj = nn.Linear(8, 8, bias=False)
            self.v_proj = nn.Linear(8, 8, bias=False)
            self.o_proj = nn.Linear(8, 8)

        def forward(self, x):
            q, k = apply_rotary(self.q_proj(x)), apply_rotary(self.k_proj(x))
            weights = torch.softmax(q @ k.transpose(1, 2), dim=-1)
            return self.o_proj(weights @ self.v_proj(x))

    return RotaryAttention()
