"""Gemma of the Keras model hub next to a small PyTorch version of it: scaled embeddings, norms whose scale is one plus
the weight, a single key head; the gate of the feed-forward part goes through F.gelu.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gelu-form"],
            "keras": [
                "gemma",
                "*decoder_block_0",
                "*decoder_block_0*ffw_*",
                "*decoder_block_1",
                "*decoder_block_1*ffw_*",
                "*gelu*",
            ],
            "torch": ["model.layers.0.mlp", "model.layers.1.mlp", "*gelu*"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    ids = keras.Input((9,), dtype="int32", name="ids")
    gemma = keras_hub.models.GemmaBackbone(
        vocabulary_size=50,
        num_layers=2,
        num_query_heads=2,
        num_key_value_heads=1,
        hidden_dim=24,
        intermediate_dim=64,
        head_dim=16,
        name="gemma",
    )
    return keras.Model(ids, gemma({"token_ids": ids, "padding_mask": ops.ones_like(ids)}))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, dim, eps=1e-6):
            super().__init__()
            self.eps = eps
            self.weight = nn.Parameter(torch.zeros(dim))

        def forward(self, x):
            x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
            return x * (1 + self.weight)

    def apply_rotary(x, theta=10000.0):
        half = x.shape[-1] // 2
        freqs = theta ** -(torch.arange(half, device=x.device).to(x.dtype) / half)
        angle = torch.arange(x.shape[-2], device=x.device).to(x.dtype)[:, None] * freqs
        cos, sin = angle.cos(), angle.sin()
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)

    class GemmaAttention(nn.Module):
        def __init__(self, hidden_size, num_heads, num_kv_heads, head_dim):
            super().__init__()
            self.num_heads, self.num_kv_heads, self.head_dim = num_heads, num_kv_heads, head_dim
            self.q_proj = nn.Linear(hidden_size, num_heads * head_dim, bias=False)
            self.k_proj = nn.Linear(hidden_size, num_kv_heads * head_dim, bias=False)
            self.v_proj = nn.Linear(hidden_size, num_kv_heads * head_dim, bias=False)
            self.o_proj = nn.Linear(num_heads * head_dim, hidden_size, bias=False)

        def forward(self, x, mask):
            b, t, _ = x.shape
            q = self.q_proj(x).view(b, t, self.num_heads, self.head_dim).transpose(1, 2)
            k = self.k_proj(x).view(b, t, self.num_kv_heads, self.head_dim).transpose(1, 2)
            v = self.v_proj(x).view(b, t, self.num_kv_heads, self.head_dim).transpose(1, 2)
            q, k = apply_rotary(q) * self.head_dim**-0.5, apply_rotary(k)
            scores = (q @ k.transpose(-2, -1)).masked_fill(mask, float("-inf"))
            return self.o_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, -1))

    class GemmaMLP(nn.Module):
        def __init__(self, hidden_size, intermediate_size):
            super().__init__()
            self.gate_proj = nn.Linear(hidden_size, intermediate_size, bias=False)
            self.up_proj = nn.Linear(hidden_size, intermediate_size, bias=False)
            self.down_proj = nn.Linear(intermediate_size, hidden_size, bias=False)

        def forward(self, x):
            return self.down_proj(F.gelu(self.gate_proj(x)) * self.up_proj(x))

    class DecoderLayer(nn.Module):
        def __init__(self):
            super().__init__()
            self.self_attn = GemmaAttention(24, 2, 1, 16)
            self.mlp = GemmaMLP(24, 32)
            self.input_layernorm = RMSNorm(24)
            self.post_attention_layernorm = RMSNorm(24)

        def forward(self, x, mask):
            x = x + self.self_attn(self.input_layernorm(x), mask)
            return x + self.mlp(self.post_attention_layernorm(x))

    class GemmaModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedder = nn.Embedding(50, 24)
            self.layers = nn.ModuleList([DecoderLayer(), DecoderLayer()])
            self.norm = RMSNorm(24)

        def forward(self, ids):
            x = self.embedder(ids) * 24**0.5
            t = ids.shape[1]
            mask = torch.ones(t, t, dtype=torch.bool, device=ids.device).triu(1)
            for layer in self.layers:
                x = layer(x, mask)
            return self.norm(x)

    class Gemma(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = GemmaModel()

        def forward(self, ids):
            return self.model(ids)

    return Gemma()
