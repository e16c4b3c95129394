"""SASRec, pmixer's PyTorch file and a Keras one. There only the query passes the LayerNorm, keys and values are the raw
sequence, and the residual starts from the normalised query. My Keras block is self-attention on the normalised one.
"""

INPUTS = ("10:int32", "4:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position"],
            "keras": ["attention_*", "residual_*", "attention_norm_*"],
            "torch": ["attention_layers.*", "attention_layernorms.*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    items, width, length, blocks = 40, 16, 10, 2
    history = keras.Input((length,), dtype="int32", name="history")
    candidates = keras.Input((4,), dtype="int32", name="candidates")
    item_embedding = layers.Embedding(items, width, name="item_embedding")
    positions = layers.Embedding(length, width, name="position_embedding")
    x = item_embedding(history) * width**0.5
    x = x + positions(ops.zeros_like(history) + ops.arange(length))
    for i in range(blocks):
        q = layers.LayerNormalization(epsilon=1e-8, name=f"attention_norm_{i}")(x)
        y = layers.MultiHeadAttention(2, width // 2, name=f"attention_{i}")(q, q, use_causal_mask=True)
        x = layers.Add(name=f"residual_{i}")([q, y])
        x = layers.LayerNormalization(epsilon=1e-8, name=f"forward_norm_{i}")(x)
        y = layers.Conv1D(width, 1, activation="relu", name=f"forward_conv1_{i}")(x)
        x = layers.Add(name=f"forward_add_{i}")([x, layers.Conv1D(width, 1, name=f"forward_conv2_{i}")(y)])
    x = layers.LayerNormalization(epsilon=1e-8, name="last_norm")(x)
    scores = layers.Dot(axes=-1, name="scores")([x[:, -1:], item_embedding(candidates)])
    return keras.Model([history, candidates], layers.Flatten(name="logits")(scores))


def torch_model():
    import torch
    from torch import nn

    class PointWiseFeedForward(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv1d(n, n, 1), nn.Conv1d(n, n, 1)

        def forward(self, x):
            y = self.conv2(self.conv1(x.transpose(-1, -2)).relu())
            return y.transpose(-1, -2) + x

    class SASRec(nn.Module):
        def __init__(self, items=40, width=16, length=10, blocks=2):
            super().__init__()
            self.item_emb, self.pos_emb = nn.Embedding(items, width), nn.Embedding(length, width)
            self.attention_layernorms = nn.ModuleList(nn.LayerNorm(width, eps=1e-8) for _ in range(blocks))
            self.attention_layers = nn.ModuleList(nn.MultiheadAttention(width, 2) for _ in range(blocks))
            self.forward_layernorms = nn.ModuleList(nn.LayerNorm(width, eps=1e-8) for _ in range(blocks))
            self.forward_layers = nn.ModuleList(PointWiseFeedForward(width) for _ in range(blocks))
            self.last_layernorm = nn.LayerNorm(width, eps=1e-8)

        def log2feats(self, log_seqs):
            seqs = self.item_emb(log_seqs) * self.item_emb.embedding_dim**0.5
            seqs = seqs + self.pos_emb(torch.arange(log_seqs.shape[1]).expand_as(log_seqs))
            n = seqs.shape[1]
            attention_mask = ~torch.tril(torch.ones((n, n), dtype=torch.bool))
            for i in range(len(self.attention_layers)):
                seqs = torch.transpose(seqs, 0, 1)
                Q = self.attention_layernorms[i](seqs)
                mha_outputs, _ = self.attention_layers[i](Q, seqs, seqs, attn_mask=attention_mask)
                seqs = torch.transpose(Q + mha_outputs, 0, 1)
                seqs = self.forward_layers[i](self.forward_layernorms[i](seqs))
            return self.last_layernorm(seqs)

        def forward(self, log_seqs, item_indices):
            final_feat = self.log2feats(log_seqs)[:, -1, :]
            return self.item_emb(item_indices).matmul(final_feat.unsqueeze(-1)).squeeze(-1)

    return SASRec()
