"""DiT block with adaLN-Zero: six modulation vectors are unpacked as shift, scale, gate there, scale, shift here."""

INPUTS = ("9x16", "16")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order"],
            "keras": ["block_*", "*modulation*", "split*", "*norm*"],
            "torch": ["blocks.*", "chunk*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class DiTBlock(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.norm1 = layers.LayerNormalization(epsilon=1e-6, center=False, scale=False, name="norm1")
            self.norm2 = layers.LayerNormalization(epsilon=1e-6, center=False, scale=False, name="norm2")
            self.attention = layers.MultiHeadAttention(heads, dim // heads, name="attention")
            self.mlp1 = layers.Dense(2 * dim, name="mlp1")
            self.mlp2 = layers.Dense(dim, name="mlp2")
            self.modulation = layers.Dense(6 * dim, name="modulation")

        def call(self, x, c):
            m = self.modulation(keras.activations.silu(c))[:, None, :]
            scale_a, shift_a, gate_a, scale_m, shift_m, gate_m = ops.split(m, 6, axis=-1)
            h = self.norm1(x) * (1 + scale_a) + shift_a
            x = x + gate_a * self.attention(h, h)
            h = self.norm2(x) * (1 + scale_m) + shift_m
            h = keras.activations.gelu(self.mlp1(h), approximate=True)
            return x + gate_m * self.mlp2(h)

    tokens = keras.Input((9, 16), name="tokens")
    condition = keras.Input((16,), name="condition")
    x = DiTBlock(16, 4, name="block_0")(tokens, condition)
    x = layers.LayerNormalization(epsilon=1e-6, name="last_norm")(x)
    return keras.Model([tokens, condition], layers.Dense(8, name="unpatch")(x))


def torch_model():
    from torch import nn

    def modulate(x, shift, scale):
        return x * (1 + scale.unsqueeze(1)) + shift.unsqueeze(1)

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.unbind(0)
            x = nn.functional.scaled_dot_product_attention(q, k, v)
            return self.proj(x.transpose(1, 2).reshape(B, N, C))

    class DiTBlock(nn.Module):
        def __init__(self, hidden_size, num_heads):
            super().__init__()
            self.norm1 = nn.LayerNorm(hidden_size, elementwise_affine=False, eps=1e-6)
            self.attn = Attention(hidden_size, num_heads)
            self.norm2 = nn.LayerNorm(hidden_size, elementwise_affine=False, eps=1e-6)
            self.mlp = nn.Sequential(
                nn.Linear(hidden_size, 2 * hidden_size),
                nn.GELU(approximate="tanh"),
                nn.Linear(2 * hidden_size, hidden_size),
            )
            self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(hidden_size, 6 * hidden_size, bias=True))

        def forward(self, x, c):
            shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp = self.adaLN_modulation(c).chunk(6, dim=1)
            x = x + gate_msa.unsqueeze(1) * self.attn(modulate(self.norm1(x), shift_msa, scale_msa))
            return x + gate_mlp.unsqueeze(1) * self.mlp(modulate(self.norm2(x), shift_mlp, scale_mlp))

    class DiT(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([DiTBlock(16, 4)])
            self.norm = nn.LayerNorm(16, eps=1e-6)
            self.linear = nn.Linear(16, 8)

        def forward(self, x, c):
            for block in self.blocks:
                x = block(x, c)
            return self.linear(self.norm(x))

    return DiT()
