"""keras_hub GemmaBackbone against a torch port: (1 + scale) RMS norms, GeGLU, one key head for all queries."""

INPUTS = ("7:int32",)
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.GemmaBackbone(
        vocabulary_size=32,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=1,
        hidden_dim=16,
        intermediate_dim=40,
        head_dim=8,
    )
    ids = keras.Input((7,), dtype="int32", name="ids")
    x = backbone({"token_ids": ids, "padding_mask": ops.ones_like(ids)})
    logits = backbone.token_embedding(x, reverse=True)
    return keras.Model(ids, logits)


def torch_model():
    from dataclasses import dataclass

    import torch
    from torch import nn
    from torch.nn import functional as F

    @dataclass
    class GemmaConfig:
        vocab_size: int = 32
        hidden_size: int = 16
        layers: int = 2
        heads: int = 4
        kv_heads: int = 1
        head_dim: int = 8
        ffn: int = 20  # keras_hub counts both halves: 40
        eps: float = 1e-6

    class RMSNorm(nn.Module):
        def __init__(self, dim, eps):
            super().__init__()
            self.eps = eps
            self.weight = nn.Parameter(torch.zeros(dim))

        def forward(self, x):
            normed = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.eps)
            return (normed * (1 + self.weight.float())).type_as(x)

    def rope(x):
        _b, _h, n, d = x.shape
        freqs = 1.0 / 10000 ** (torch.arange(0, d, 2, device=x.device).float() / d)
        angles = torch.outer(torch.arange(n, device=x.device).float(), freqs)
        cos, sin = angles.cos().to(x), angles.sin().to(x)
        x1, x2 = x[..., : d // 2], x[..., d // 2 :]
        return torch.cat([x1 * cos - x2 * sin, x2 * cos + x1 * sin], dim=-1)

    class Attention(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.c = c
            self.q_proj = nn.Linear(c.hidden_size, c.heads * c.head_dim, bias=False)
            self.k_proj = nn.Linear(c.hidden_size, c.kv_heads * c.head_dim, bias=False)
            self.v_proj = nn.Linear(c.hidden_size, c.kv_heads * c.head_dim, bias=False)
            self.o_proj = nn.Linear(c.heads * c.head_dim, c.hidden_size, bias=False)

        def forward(self, x):
            b, n, _ = x.shape
            q = rope(self.q_proj(x).view(b, n, self.c.heads, -1).transpose(1, 2))
            k = rope(self.k_proj(x).view(b, n, self.c.kv_heads, -1).transpose(1, 2))
            v = self.v_proj(x).view(b, n, self.c.kv_heads, -1).transpose(1, 2)
            k = k.repeat_interleave(self.c.heads // self.c.kv_heads, dim=1)
            v = v.repeat_interleave(self.c.heads // self.c.kv_heads, dim=1)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.o_proj(y.transpose(1, 2).reshape(b, n, -1))

    class GeGLU(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.gate_proj = nn.Linear(c.hidden_size, c.ffn, bias=False)
            self.up_proj = nn.Linear(c.hidden_size, c.ffn, bias=False)
            self.down_proj = nn.Linear(c.ffn, c.hidden_size, bias=False)

        def forward(self, x):
            return self.down_proj(F.gelu(self.gate_proj(x), approximate="tanh") * self.up_proj(x))

    class Layer(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.input_layernorm = RMSNorm(c.hidden_size, c.eps)
            self.self_attn = Attention(c)
            self.post_attention_layernorm = RMSNorm(c.hidden_size, c.eps)
            self.mlp = GeGLU(c)

        def forward(self, x):
            x = x + self.self_attn(self.input_layernorm(x))
            return x + self.mlp(self.post_attention_layernorm(x))

    class Gemma(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.embed_tokens = nn.Embedding(c.vocab_size, c.hidden_size)
            self.layers = nn.ModuleList([Layer(c) for _ in range(c.layers)])
            self.norm = RMSNorm(c.hidden_size, c.eps)
            self.scale = c.hidden_size**0.5

        def forward(self, ids):
            x = self.embed_tokens(ids) * self.scale
            for layer in self.layers:
                x = layer(x)
            return F.linear(self.norm(x), self.embed_tokens.weight)

    return Gemma(GemmaConfig())
