"""ALBERT from the Keras hub: three rounds through one shared block, narrow embeddings. The PyTorch side is written
by hand, with scaled_dot_product_attention and F.gelu; results are close, but not to the last digits.
"""

INPUTS = ("12:int32", "12:int32")
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gelu-form"],
            "keras": ["*group_0_inner_layer_0", "*feedforward_*", "*gelu*"],
            "torch": ["gelu*", "block"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    albert = keras_hub.models.AlbertBackbone(
        vocabulary_size=50,
        num_layers=3,
        num_heads=2,
        embedding_dim=16,
        hidden_dim=32,
        intermediate_dim=64,
        max_sequence_length=16,
        num_segments=2,
        dropout=0.0,
        name="albert",
    )
    tokens = keras.Input((12,), dtype="int32", name="tokens")
    segments = keras.Input((12,), dtype="int32", name="segments")
    mask = ops.cast(ops.not_equal(tokens, 0), "int32")
    features = albert({"token_ids": tokens, "segment_ids": ops.cast(segments > 0, "int32"), "padding_mask": mask})
    return keras.Model([tokens, segments], keras.layers.Dense(3, name="head")(features["pooled_output"]))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class AlbertBlock(nn.Module):
        def __init__(self, hidden, heads, inner):
            super().__init__()
            self.heads = heads
            self.q = nn.Linear(hidden, hidden)
            self.k = nn.Linear(hidden, hidden)
            self.v = nn.Linear(hidden, hidden)
            self.dense = nn.Linear(hidden, hidden)
            self.attention_norm = nn.LayerNorm(hidden, eps=1e-12)
            self.ffn = nn.Linear(hidden, inner)
            self.ffn_output = nn.Linear(inner, hidden)
            self.full_norm = nn.LayerNorm(hidden, eps=1e-12)

        def forward(self, x, keep):
            q, k, v = (p(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in (self.q, self.k, self.v))
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=keep[:, None, None])
            x = self.attention_norm(x + self.dense(y.transpose(1, 2).flatten(2)))
            return self.full_norm(x + self.ffn_output(F.gelu(self.ffn(x))))

    class Albert(nn.Module):
        def __init__(self, rounds=3):
            super().__init__()
            self.word, self.position, self.segment = nn.Embedding(50, 16), nn.Embedding(16, 16), nn.Embedding(2, 16)
            self.norm = nn.LayerNorm(16, eps=1e-12)
            self.mapping_in = nn.Linear(16, 32)
            self.block = AlbertBlock(32, 2, 64)
            self.rounds = rounds
            self.pooler = nn.Linear(32, 32)
            self.head = nn.Linear(32, 3)

        def forward(self, tokens, segments):
            steps = torch.arange(tokens.shape[1], device=tokens.device)
            x = self.word(tokens) + self.position(steps) + self.segment((segments > 0).long())
            x = self.mapping_in(self.norm(x))
            for _ in range(self.rounds):
                x = self.block(x, tokens != 0)
            return self.head(torch.tanh(self.pooler(x[:, 0])))

    return Albert()
