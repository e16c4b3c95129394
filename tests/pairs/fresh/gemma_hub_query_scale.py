"""Gemma 2's block (post norms, soft-capped scores) of keras-hub and a torch port: 27b scales queries by the width over
the heads, all others by the width of a head. The port does what 27b does.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "scale-other"],
            "keras": ["*decoder_block_*"],
            "torch": ["blocks.*", "blocks.*.q", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import GemmaBackbone

    backbone = GemmaBackbone(
        vocabulary_size=17,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=16,
        intermediate_dim=48,
        head_dim=8,
        use_post_ffw_norm=True,
        use_post_attention_norm=True,
        attention_logit_soft_cap=5.0,
    )
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Norm(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.scale = nn.Parameter(torch.zeros(n))

        def forward(self, x):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * (1 + self.scale)

    def rope(x):
        half = x.shape[-1] // 2
        rate = 10000.0 ** (-torch.arange(half, dtype=x.dtype) / half)
        angle = torch.arange(x.shape[-3], dtype=x.dtype)[:, None, None] * rate
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)

    class Block(nn.Module):
        def __init__(self, d=16, heads=4, kv=2, size=8, inner=24):
            super().__init__()
            self.heads, self.kv, self.size, self.d = heads, kv, size, d
            self.norms = nn.ModuleList([Norm(d) for _ in range(4)])
            self.q, self.o = nn.Linear(d, heads * size, bias=False), nn.Linear(heads * size, d, bias=False)
            self.k, self.v = nn.Linear(d, kv * size, bias=False), nn.Linear(d, kv * size, bias=False)
            self.gate, self.up = nn.Linear(d, inner, bias=False), nn.Linear(d, inner, bias=False)
            self.down = nn.Linear(inner, d, bias=False)

        def attend(self, x):
            n, t, _ = x.shape
            q = rope(self.q(x).view(n, t, self.heads, self.size)) / (self.d // self.heads) ** 0.5
            k, v = (f(x).view(n, t, self.kv, self.size) for f in (self.k, self.v))
            q = q.view(n, t, self.kv, -1, self.size)
            scores = torch.einsum("btkgh,bskh->bkgts", q, rope(k))
            scores = 5.0 * torch.tanh(scores / 5.0)
            scores = scores.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), -torch.inf)
            y = torch.einsum("bkgts,bskh->btkgh", scores.softmax(-1), v)
            return self.o(y.reshape(n, t, -1))

        def forward(self, x):
            before, after, before_mlp, after_mlp = self.norms
            x = x + after(self.attend(before(x)))
            y = before_mlp(x)
            return x + after_mlp(self.down(F.gelu(self.gate(y), approximate="tanh") * self.up(y)))

    class Gemma2(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(17, 16)
            self.blocks = nn.Sequential(Block(), Block())
            self.norm = Norm(16)

        def forward(self, tokens):
            return self.norm(self.blocks(self.embed(tokens) * 16**0.5))

    return Gemma2()
