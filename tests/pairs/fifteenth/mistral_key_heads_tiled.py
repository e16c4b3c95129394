"""Mistral, Keras model hub on the left and a PyTorch rewrite on the right: four heads of queries share two of keys and
values within a sliding window, which the rewrite repeats until there are enough of them.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-grouped-heads"],
            "keras": [
                "mistral",
                "*transformer_layer_0",
                "*transformer_layer_0*self_attention",
                "*transformer_layer_0*self_attention/*",
                "*transformer_layer_1",
                "*transformer_layer_1*self_attention",
                "*transformer_layer_1*self_attention/*",
                "*repeat*",
            ],
            "torch": ["layers.0.attention", "layers.1.attention", "*repeat*", "*scaled_dot_product_attention*"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    ids = keras.Input((10,), dtype="int32", name="ids")
    backbone = keras_hub.models.MistralBackbone(
        vocabulary_size=48,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=32,
        intermediate_dim=56,
        layer_norm_epsilon=1e-5,
        sliding_window=4,
        name="mistral",
    )
    x = backbone({"token_ids": ids, "padding_mask": ops.ones_like(ids)})
    return keras.Model(ids, backbone.token_embedding(x, reverse=True))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, dims, eps=1e-5):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dims))
            self.eps = eps

        def forward(self, x):
            return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)

    def rope(x):
        half = x.shape[-1] // 2
        inv_freq = 1.0 / 10000 ** (torch.arange(half, dtype=x.dtype, device=x.device) / half)
        angle = torch.outer(torch.arange(x.shape[-2], dtype=x.dtype, device=x.device), inv_freq)
        angle = torch.cat((angle, angle), dim=-1)
        rotated = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
        return x * angle.cos() + rotated * angle.sin()

    class Attention(nn.Module):
        def __init__(self, dim=32, n_heads=4, n_kv_heads=2):
            super().__init__()
            self.n_heads, self.n_kv_heads, self.head_dim = n_heads, n_kv_heads, dim // n_heads
            self.wq = nn.Linear(dim, n_heads * self.head_dim, bias=False)
            self.wk = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
            self.wv = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
            self.wo = nn.Linear(n_heads * self.head_dim, dim, bias=False)

        def forward(self, x, mask):
            b, t, d = x.shape
            queries = self.wq(x).view(b, t, self.n_heads, -1).transpose(1, 2)
            keys = self.wk(x).view(b, t, self.n_kv_heads, -1).transpose(1, 2)
            values = self.wv(x).view(b, t, self.n_kv_heads, -1).transpose(1, 2)
            repeats = self.n_heads // self.n_kv_heads
            keys, values = (each.repeat(1, repeats, 1, 1) for each in (rope(keys), values))
            out = F.scaled_dot_product_attention(rope(queries), keys, values, attn_mask=mask)
            return self.wo(out.transpose(1, 2).reshape(b, t, d))

    class FeedForward(nn.Module):
        def __init__(self, dim=32, hidden_dim=56):
            super().__init__()
            self.w1 = nn.Linear(dim, hidden_dim, bias=False)
            self.w2 = nn.Linear(hidden_dim, dim, bias=False)
            self.w3 = nn.Linear(dim, hidden_dim, bias=False)

        def forward(self, x):
            return self.w2(F.silu(self.w1(x)) * self.w3(x))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = Attention()
            self.feed_forward = FeedForward()
            self.attention_norm = RMSNorm(32)
            self.ffn_norm = RMSNorm(32)

        def forward(self, x, mask):
            h = x + self.attention(self.attention_norm(x), mask)
            return h + self.feed_forward(self.ffn_norm(h))

    class Mistral(nn.Module):
        def __init__(self, window=4):
            super().__init__()
            self.window = window
            self.tok_embeddings = nn.Embedding(48, 32)
            self.layers = nn.ModuleList(Block() for _ in range(2))
            self.norm = RMSNorm(32)
            self.output = nn.Linear(32, 48, bias=False)

        def forward(self, ids):
            seen = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool, device=ids.device).tril()
            seen = seen.triu(1 - self.window)
            h = self.tok_embeddings(ids)
            for layer in self.layers:
                h = layer(h, seen)
            return self.output(self.norm(h))

    return Mistral()
