"""SASRec, next item from the last ten: the block as in the published code, where the residual starts at the normalised
query; scores are products with the item table.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position"],
            "keras": ["attention_0", "attention_0/*", "attention_norm_0"],
            "torch": [
                "blocks.0",
                "blocks.0.attention",
                "blocks.0.attention.*",
                "blocks.0.attention_norm",
                "multi_head_attention_forward*",
                "scaled_dot_product_attention*",
                "linear*",
            ],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    items, length, width = 50, 10, 16
    history = keras.Input((length,), dtype="int32", name="history")
    table = keras_hub.layers.ReversibleEmbedding(items, width, name="item_table")
    present = ops.expand_dims(ops.cast(ops.not_equal(history, 0), keras.config.floatx()), -1)

    x = table(history) * width**0.5
    x = layers.Add(name="placed")([x, keras_hub.layers.PositionEmbedding(length, name="places")(x)])
    x = layers.Dropout(0.2)(x) * present
    for i in range(2):
        query = layers.LayerNormalization(epsilon=1e-8, name=f"attention_norm_{i}")(x)
        seen = layers.MultiHeadAttention(1, width, dropout=0.2, name=f"attention_{i}")(query, x, use_causal_mask=True)
        x = layers.Add(name=f"attended_{i}")([query, seen])
        x = layers.LayerNormalization(epsilon=1e-8, name=f"forward_norm_{i}")(x)
        y = layers.Conv1D(width, 1, activation="relu", name=f"inner_{i}")(x)
        y = layers.Conv1D(width, 1, name=f"outer_{i}")(layers.Dropout(0.2)(y))
        x = layers.Add(name=f"block_{i}")([x, layers.Dropout(0.2)(y)]) * present
    x = layers.LayerNormalization(epsilon=1e-8, name="last_norm")(x)
    return keras.Model(history, table(x, reverse=True))


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, hidden_units, dropout=0.2):
            super().__init__()
            self.attention_norm = nn.LayerNorm(hidden_units, eps=1e-8)
            self.attention = nn.MultiheadAttention(hidden_units, 1, dropout, batch_first=True)
            self.forward_norm = nn.LayerNorm(hidden_units, eps=1e-8)
            self.feed = nn.Sequential(
                nn.Linear(hidden_units, hidden_units),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Linear(hidden_units, hidden_units),
                nn.Dropout(dropout),
            )

        def forward(self, seqs, mask):
            seqs = self.attention_norm(seqs)
            attended, _ = self.attention(seqs, seqs, seqs, attn_mask=mask, need_weights=False)
            seqs = self.forward_norm(seqs + attended)
            return seqs + self.feed(seqs)

    class SASRec(nn.Module):
        def __init__(self, item_num=50, maxlen=10, hidden_units=16):
            super().__init__()
            self.scale = hidden_units**0.5
            self.item_emb = nn.Embedding(item_num, hidden_units)
            self.pos_emb = nn.Embedding(maxlen, hidden_units)
            self.emb_dropout = nn.Dropout(0.2)
            self.blocks = nn.ModuleList(Block(hidden_units) for _ in range(2))
            self.last_layernorm = nn.LayerNorm(hidden_units, eps=1e-8)

        def forward(self, log_seqs):
            length = log_seqs.shape[1]
            keep = (log_seqs != 0).unsqueeze(-1)
            seqs = self.item_emb(log_seqs) * self.scale
            seqs = seqs + self.pos_emb(torch.arange(length, device=log_seqs.device))
            seqs = self.emb_dropout(seqs) * keep
            mask = ~torch.tril(torch.ones((length, length), dtype=torch.bool, device=log_seqs.device))
            for block in self.blocks:
                seqs = block(seqs, mask) * keep
            return self.last_layernorm(seqs) @ self.item_emb.weight.T

    return SASRec()
