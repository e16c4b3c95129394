"""OPT from a model hub in Keras with its tied output, against a decoder of our own in PyTorch on nn.MultiheadAttention
with a boolean causal mask and F.linear on the table of words.
"""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.OPTBackbone(
        vocabulary_size=60,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        dropout=0.0,
        max_sequence_length=12,
        name="opt",
    )
    ids = keras.Input((12,), dtype="int32", name="ids")
    x = backbone({"token_ids": ids, "padding_mask": ops.ones_like(ids)})
    return keras.Model(ids, backbone.token_embedding(x, reverse=True))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DecoderLayer(nn.Module):
        def __init__(self, width, heads, hidden):
            super().__init__()
            self.fc2 = nn.Linear(hidden, width)
            self.fc1 = nn.Linear(width, hidden)
            self.self_attn = nn.MultiheadAttention(width, heads, batch_first=True)
            self.self_attn_layer_norm = nn.LayerNorm(width)
            self.final_layer_norm = nn.LayerNorm(width)

        def forward(self, x, mask):
            y = self.self_attn_layer_norm(x)
            x = x + self.self_attn(y, y, y, attn_mask=mask, need_weights=False)[0]
            return x + self.fc2(F.relu(self.fc1(self.final_layer_norm(x))))

    class OPT(nn.Module):
        def __init__(self, words=60, width=32, context=12):
            super().__init__()
            self.embed_tokens = nn.Embedding(words, width)
            self.embed_positions = nn.Parameter(torch.randn(context, width) * 0.02)
            self.layers = nn.ModuleList(DecoderLayer(width, 2, 48) for _ in range(2))
            self.final_layer_norm = nn.LayerNorm(width)

        def forward(self, ids):
            steps = ids.shape[1]
            future = torch.ones(steps, steps, dtype=torch.bool, device=ids.device).triu(1)
            x = self.embed_tokens(ids) + self.embed_positions[:steps]
            for layer in self.layers:
                x = layer(x, future)
            return F.linear(self.final_layer_norm(x), self.embed_tokens.weight)

    return OPT()
