"""GPT-NeoX from the Keras model hub, ported to PyTorch by hand with its quarter of rotated channels and the three
projections inside every head; the feed-forward part reads what the attention has already been added to.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "join-other"],
            "keras": [
                "gpt_neo_x",
                "*transformer_layer_0",
                "*transformer_layer_0*feedforward_*",
                "*transformer_layer_1",
                "*transformer_layer_1*feedforward_*",
            ],
            "torch": ["layers.0", "layers.1", "add*"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.GPTNeoXBackbone(
        vocabulary_size=60,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        rotary_percentage=0.25,
        max_sequence_length=16,
        name="gpt_neo_x",
    )
    ids = keras.Input((10,), dtype="int32", name="ids")
    return keras.Model(ids, backbone({"token_ids": ids, "padding_mask": ops.ones_like(ids)}))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Rotary(nn.Module):
        def __init__(self, dim, base=10000):
            super().__init__()
            self.register_buffer("inv_freq", base ** -(torch.arange(0, dim, 2).float() / dim), persistent=False)

        def forward(self, x):
            t = torch.arange(x.shape[-2], device=x.device).to(self.inv_freq)
            angle = torch.outer(t, self.inv_freq).repeat(1, 2)
            left, right = x.chunk(2, dim=-1)
            return x * angle.cos() + torch.cat([-right, left], dim=-1) * angle.sin()

    class Attention(nn.Module):
        def __init__(self, hidden_size, heads, rotary_pct=0.25):
            super().__init__()
            self.heads, self.head_size = heads, hidden_size // heads
            self.rotary_ndims = int(self.head_size * rotary_pct)
            self.query_key_value = nn.Linear(hidden_size, 3 * hidden_size)
            self.dense = nn.Linear(hidden_size, hidden_size)
            self.rotary = Rotary(self.rotary_ndims)

        def rotate(self, x):
            turned, rest = x[..., : self.rotary_ndims], x[..., self.rotary_ndims :]
            return torch.cat([self.rotary(turned), rest], dim=-1)

        def forward(self, x):
            b, t, c = x.shape
            qkv = self.query_key_value(x).view(b, t, self.heads, 3 * self.head_size).transpose(1, 2)
            q, k, v = qkv.chunk(3, dim=-1)
            x = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, is_causal=True)
            return self.dense(x.transpose(1, 2).reshape(b, t, c))

    class Block(nn.Module):
        def __init__(self, hidden_size, heads, intermediate_size):
            super().__init__()
            self.input_layernorm = nn.LayerNorm(hidden_size)
            self.post_attention_layernorm = nn.LayerNorm(hidden_size)
            self.attention = Attention(hidden_size, heads)
            self.mlp = nn.Sequential(
                nn.Linear(hidden_size, intermediate_size),
                nn.GELU(approximate="tanh"),
                nn.Linear(intermediate_size, hidden_size),
            )

        def forward(self, x):
            x = x + self.attention(self.input_layernorm(x))
            return x + self.mlp(self.post_attention_layernorm(x))

    class GPTNeoX(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed_in = nn.Embedding(60, 32)
            self.layers = nn.ModuleList(Block(32, 2, 48) for _ in range(2))
            self.final_layer_norm = nn.LayerNorm(32)

        def forward(self, ids):
            x = self.embed_in(ids)
            for layer in self.layers:
                x = layer(x)
            return self.final_layer_norm(x)

    return GPTNeoX()
