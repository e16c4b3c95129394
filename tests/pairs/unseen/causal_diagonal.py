"""Causal mask one diagonal too far: every position of the PyTorch model sees its successor."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-causal", "attention-causal-offset"],
            "keras": ["attn", "self_attention", "multi_head_attention"],
            "torch": ["attn", "attn.*", "masked_fill", "softmax"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((6, 8))
    y = layers.MultiHeadAttention(num_heads=2, key_dim=4, name="attn")(x, x, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x + y)
    return keras.Model(inputs, layers.Dense(5, name="out")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class MultiHead(nn.Module):
        def __init__(self, d, h, max_len=32):
            super().__init__()
            self.h, self.dk = h, d // h
            self.q_proj = nn.Linear(d, d)
            self.k_proj = nn.Linear(d, d)
            self.v_proj = nn.Linear(d, d)
            self.out_proj = nn.Linear(d, d)
            self.register_buffer("mask", torch.tril(torch.ones(max_len, max_len), diagonal=1).bool())

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = (
                p(x).view(b, n, self.h, self.dk).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj)
            )
            att = q @ k.transpose(-2, -1) / math.sqrt(self.dk)
            att = att.masked_fill(~self.mask[:n, :n], float("-inf")).softmax(-1)
            return self.out_proj((att @ v).transpose(1, 2).reshape(b, n, d))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = MultiHead(8, 2)
            self.norm = nn.LayerNorm(8)
            self.out = nn.Linear(8, 5)

        def forward(self, x):
            return self.out(self.norm(x + self.attn(x)))

    return Net()
