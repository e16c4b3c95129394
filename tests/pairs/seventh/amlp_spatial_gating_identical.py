"""gMLP with tiny attention: lucidrains' g-mlp-pytorch (Conv1d over tokens, causal off) and my Keras version of the
paper.
"""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SpatialGating(layers.Layer):
        def build(self, x_shape, extra_shape):
            _, n, width = x_shape
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.norm.build((None, n, width // 2))
            self.w = self.add_weight(shape=(n, n), initializer="normal", name="w")
            self.b = self.add_weight(shape=(n, 1), initializer="ones", name="b")

        def call(self, x, extra):
            u, v = ops.split(x, 2, axis=-1)
            v = ops.einsum("nm,bmd->bnd", self.w, self.norm(v)) + self.b
            return u * (v + extra)

    class TinyAttention(layers.Layer):
        def __init__(self, out, size=6, **kwargs):
            super().__init__(**kwargs)
            self.size = size
            self.qkv, self.out = layers.Dense(3 * size, use_bias=False, name="qkv"), layers.Dense(out, name="out")

        def call(self, x):
            qkv = self.qkv(x)
            q, k, v = qkv[..., : self.size], qkv[..., self.size : 2 * self.size], qkv[..., 2 * self.size :]
            weights = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 2, 1))) / self.size**0.5)
            return self.out(ops.matmul(weights, v))

    class GmlpBlock(layers.Layer):
        def __init__(self, width, inner, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.up = layers.Dense(inner, activation="gelu", name="up")
            self.attention = TinyAttention(inner // 2, name="attention")
            self.sgu = SpatialGating(name="sgu")
            self.down = layers.Dense(width, name="down")

        def call(self, x):
            y = self.norm(x)
            return x + self.down(self.sgu(self.up(y), self.attention(y)))

    tokens = keras.Input((12,), dtype="int32")
    x = layers.Embedding(20, 10)(tokens)
    for i in range(2):
        x = GmlpBlock(10, 24, name=f"gmlp_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x)
    return keras.Model(tokens, layers.Dense(20, name="to_logits")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import einsum, nn

    class Residual(nn.Module):
        def __init__(self, fn):
            super().__init__()
            self.fn = fn

        def forward(self, x):
            return self.fn(x) + x

    class PreNorm(nn.Module):
        def __init__(self, dim, fn):
            super().__init__()
            self.fn = fn
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            return self.fn(self.norm(x))

    class Attention(nn.Module):
        def __init__(self, dim_in, dim_out, dim_inner):
            super().__init__()
            self.scale = dim_inner**-0.5
            self.to_qkv = nn.Linear(dim_in, dim_inner * 3, bias=False)
            self.to_out = nn.Linear(dim_inner, dim_out)

        def forward(self, x):
            q, k, v = self.to_qkv(x).chunk(3, dim=-1)
            sim = einsum("b i d, b j d -> b i j", q, k) * self.scale
            return self.to_out(einsum("b i j, b j d -> b i d", sim.softmax(dim=-1), v))

    class SpatialGatingUnit(nn.Module):
        def __init__(self, dim, dim_seq):
            super().__init__()
            self.norm = nn.LayerNorm(dim // 2)
            self.proj = nn.Conv1d(dim_seq, dim_seq, 1)

        def forward(self, x, gate_res):
            res, gate = x.chunk(2, dim=-1)
            gate = F.conv1d(self.norm(gate), self.proj.weight, self.proj.bias)
            return (gate + gate_res) * res

    class gMLPBlock(nn.Module):
        def __init__(self, dim, dim_ff, seq_len, attn_dim=6):
            super().__init__()
            self.proj_in = nn.Sequential(nn.Linear(dim, dim_ff), nn.GELU())
            self.attn = Attention(dim, dim_ff // 2, attn_dim)
            self.sgu = SpatialGatingUnit(dim_ff, seq_len)
            self.proj_out = nn.Linear(dim_ff // 2, dim)

        def forward(self, x):
            gate_res = self.attn(x)
            return self.proj_out(self.sgu(self.proj_in(x), gate_res=gate_res))

    class gMLP(nn.Module):
        def __init__(self, num_tokens=20, dim=10, depth=2, seq_len=12):
            super().__init__()
            self.to_embed = nn.Embedding(num_tokens, dim)
            self.layers = nn.ModuleList([Residual(PreNorm(dim, gMLPBlock(dim, 24, seq_len))) for _ in range(depth)])
            self.to_logits = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, num_tokens))

        def forward(self, x):
            return self.to_logits(nn.Sequential(*self.layers)(self.to_embed(x)))

    return gMLP()
