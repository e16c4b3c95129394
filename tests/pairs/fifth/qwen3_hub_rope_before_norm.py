"""Qwen3 in PyTorch by hand next to Qwen3Backbone of keras-hub. Queries and keys have an RMSNorm per head; I apply it
after the rotation. Fresh models agree (the gains are ones and a rotation keeps the length), trained ones do not.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "norm-other", "rotary-pairs"],
            "keras": ["*transformer_layer_*"],
            "torch": ["layers.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import Qwen3Backbone

    backbone = Qwen3Backbone(
        vocabulary_size=22,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        head_dim=6,
        hidden_dim=16,
        intermediate_dim=20,
        rope_max_wavelength=1000000,
        layer_norm_epsilon=1e-6,
    )
    tokens = keras.Input((9,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, width, heads, kv_heads, size):
            super().__init__()
            self.heads, self.kv_heads, self.size = heads, kv_heads, size
            self.q_proj = nn.Linear(width, heads * size, bias=False)
            self.q_norm = nn.RMSNorm(size, eps=1e-5)
            self.k_proj = nn.Linear(width, kv_heads * size, bias=False)
            self.k_norm = nn.RMSNorm(size, eps=1e-5)
            self.v_proj = nn.Linear(width, kv_heads * size, bias=False)
            self.o_proj = nn.Linear(heads * size, width, bias=False)
            self.register_buffer("inv_freq", 1e6 ** (-torch.arange(0, size, 2).double() / size), persistent=False)

        def rope(self, x):
            angle = torch.outer(torch.arange(x.shape[2], dtype=x.dtype), self.inv_freq.to(x.dtype))
            cos, sin = torch.cat([angle, angle], -1).cos(), torch.cat([angle, angle], -1).sin()
            left, right = x.chunk(2, dim=-1)
            return x * cos + torch.cat([-right, left], -1) * sin

        def forward(self, x):
            b, n, _ = x.shape
            q = self.q_proj(x).view(b, n, self.heads, self.size).transpose(1, 2)
            k = self.k_proj(x).view(b, n, self.kv_heads, self.size).transpose(1, 2)
            v = self.v_proj(x).view(b, n, self.kv_heads, self.size).transpose(1, 2)
            q, k = self.q_norm(self.rope(q)), self.k_norm(self.rope(k))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
            return self.o_proj(y.transpose(1, 2).reshape(b, n, -1))

    class Layer(nn.Module):
        def __init__(self, width, inner):
            super().__init__()
            self.self_attn = Attention(width, 4, 2, 6)
            self.input_layernorm = nn.RMSNorm(width, eps=1e-6)
            self.up_proj = nn.Linear(width, inner, bias=False)
            self.gate_proj = nn.Linear(width, inner, bias=False)
            self.down_proj = nn.Linear(inner, width, bias=False)
            self.post_attention_layernorm = nn.RMSNorm(width, eps=1e-6)

        def forward(self, x):
            x = x + self.self_attn(self.input_layernorm(x))
            y = self.post_attention_layernorm(x)
            return x + self.down_proj(F.silu(self.gate_proj(y)) * self.up_proj(y))

    class Qwen3(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed_tokens = nn.Embedding(22, 16)
            self.layers = nn.ModuleList(Layer(16, 20) for _ in range(2))
            self.norm = nn.RMSNorm(16, eps=1e-6)

        def forward(self, tokens):
            x = self.embed_tokens(tokens)
            for layer in self.layers:
                x = layer(x)
            return self.norm(x)

    return Qwen3()
