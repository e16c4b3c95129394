"""GPTNeoXBackbone of keras-hub (parallel residual) and a torch port in nanoGPT's style, where the blocks are serial."""

INPUTS = ("7:int32",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "branch-missing"],
            "keras": ["*transformer_layer_*"],
            "torch": ["h.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import GPTNeoXBackbone

    backbone = GPTNeoXBackbone(
        vocabulary_size=18, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=24, rotary_percentage=0.5
    )
    tokens = keras.Input((7,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, width, heads, part=0.5):
            super().__init__()
            self.heads, self.size = heads, width // heads
            self.rot = int(self.size * part)
            self.query_key_value = nn.Linear(width, 3 * width)
            self.dense = nn.Linear(width, width)
            frequency = 10000.0 ** -(torch.arange(0, self.rot, 2, dtype=torch.float64) / self.rot)
            self.register_buffer("frequency", frequency, persistent=False)

        def rotate(self, x):
            angle = torch.arange(x.shape[-2], device=x.device)[:, None] * self.frequency
            cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
            a, b, rest = x.split([self.rot // 2, self.rot // 2, self.size - self.rot], -1)
            return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], -1)

        def forward(self, x):
            n, t, c = x.shape
            qkv = self.query_key_value(x).view(n, t, self.heads, 3 * self.size).transpose(1, 2)
            q, k, v = qkv.chunk(3, -1)
            y = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, is_causal=True)
            return self.dense(y.transpose(1, 2).reshape(n, t, c))

    class Block(nn.Module):
        def __init__(self, width, heads, inner):
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attn = Attention(width, heads)
            self.mlp = nn.Sequential(nn.Linear(width, inner), nn.GELU("tanh"), nn.Linear(inner, width))

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.mlp(self.ln_2(x))

    class NeoX(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = nn.Embedding(18, 16)
            self.h = nn.ModuleList([Block(16, 2, 24) for _ in range(2)])
            self.ln_f = nn.LayerNorm(16)

        def forward(self, tokens):
            x = self.wte(tokens)
            for block in self.h:
                x = block(x)
            return self.ln_f(x)

    return NeoX()
