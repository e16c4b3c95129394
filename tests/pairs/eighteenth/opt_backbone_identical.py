"""A tiny OPT from a backbone library with its own embedding layer, and a PyTorch decoder with one fused projection and
scaled_dot_product_attention; the two unused rows in front of the published position table were cut away.
"""

INPUTS = ("10:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub

    backbone = keras_hub.models.OPTBackbone(
        vocabulary_size=60,
        num_layers=2,
        num_heads=3,
        hidden_dim=12,
        intermediate_dim=40,
        dropout=0.0,
        max_sequence_length=16,
        name="opt",
    )
    tokens = keras.Input((10,), dtype="int32", name="tokens")
    everything = keras.ops.ones_like(tokens)
    x = backbone({"token_ids": tokens, "padding_mask": everything})
    return keras.Model(tokens, keras.layers.Dense(7, use_bias=False, name="tags")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Layer(nn.Module):
        def __init__(self, width, heads, hidden):
            super().__init__()
            self.heads = heads
            self.ln_attn = nn.LayerNorm(width)
            self.qkv = nn.Linear(width, 3 * width)
            self.proj = nn.Linear(width, width)
            self.ln_mlp = nn.LayerNorm(width)
            self.fc1 = nn.Linear(width, hidden)
            self.fc2 = nn.Linear(hidden, width)

        def forward(self, x):
            b, t, d = x.shape
            q, k, v = self.qkv(self.ln_attn(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.proj(y.transpose(1, 2).reshape(b, t, d))
            return x + self.fc2(F.relu(self.fc1(self.ln_mlp(x))))

    class OPT(nn.Module):
        def __init__(self, vocab=60, positions=16, width=12, heads=3, hidden=40, depth=2, tags=7):
            super().__init__()
            self.embed_tokens = nn.Embedding(vocab, width)
            self.embed_positions = nn.Parameter(torch.randn(positions, width) * 0.02)
            self.layers = nn.ModuleList(Layer(width, heads, hidden) for _ in range(depth))
            self.final_layer_norm = nn.LayerNorm(width)
            self.score = nn.Linear(width, tags, bias=False)

        def forward(self, ids):
            x = self.embed_tokens(ids) + self.embed_positions[: ids.shape[1]]
            for layer in self.layers:
                x = layer(x)
            return self.score(self.final_layer_norm(x))

    return OPT()
