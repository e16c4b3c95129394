"""SASRec: the authors normalise only the queries, keys and values are the unnormalised sequence, and the residual is
the normalised one. The Keras port gives the normalised sequence to all three.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position"],
            "keras": ["attention_0", "attention_1"],
            "torch": ["attention_layers.0", "attention_layers.1", "scaled_dot_product_attention*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def __init__(self, length, dim, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(length, dim, name="table")
            self.length = length

        def call(self, x):
            return x + self.table(ops.arange(self.length))

    items = keras.Input((10,), dtype="int32")
    x = layers.Embedding(50, 16, name="items")(items)
    x = layers.Rescaling(4.0, name="scale")(x)
    x = Positions(10, 16, name="positions")(x)
    for i in range(2):
        q = layers.LayerNormalization(epsilon=1e-8, name=f"attention_norm_{i}")(x)
        y = layers.MultiHeadAttention(4, 4, name=f"attention_{i}")(q, q, use_causal_mask=True)
        x = layers.Add(name=f"attention_add_{i}")([q, y])
        x = layers.LayerNormalization(epsilon=1e-8, name=f"forward_norm_{i}")(x)
        y = layers.Dense(16, activation="relu", name=f"forward_1_{i}")(x)
        y = layers.Dense(16, name=f"forward_2_{i}")(y)
        x = layers.Add(name=f"forward_add_{i}")([y, x])
    x = layers.LayerNormalization(epsilon=1e-8, name="last_norm")(x)
    return keras.Model(items, layers.Dense(50, use_bias=False, name="scores")(x))


def torch_model():
    import torch
    from torch import nn

    class PointWiseFeedForward(nn.Module):
        def __init__(self, hidden_units):
            super().__init__()
            self.conv1 = nn.Conv1d(hidden_units, hidden_units, kernel_size=1)
            self.relu = nn.ReLU()
            self.conv2 = nn.Conv1d(hidden_units, hidden_units, kernel_size=1)

        def forward(self, inputs):
            outputs = self.conv2(self.relu(self.conv1(inputs.transpose(-1, -2)))).transpose(-1, -2)
            outputs += inputs
            return outputs

    class SASRec(nn.Module):
        def __init__(self, item_num=50, maxlen=10, hidden_units=16, num_blocks=2, num_heads=4):
            super().__init__()
            self.item_emb = nn.Embedding(item_num, hidden_units)
            self.pos_emb = nn.Embedding(maxlen, hidden_units)
            self.attention_layernorms = nn.ModuleList()
            self.attention_layers = nn.ModuleList()
            self.forward_layernorms = nn.ModuleList()
            self.forward_layers = nn.ModuleList()
            self.last_layernorm = nn.LayerNorm(hidden_units, eps=1e-8)
            for _ in range(num_blocks):
                self.attention_layernorms.append(nn.LayerNorm(hidden_units, eps=1e-8))
                self.attention_layers.append(nn.MultiheadAttention(hidden_units, num_heads))
                self.forward_layernorms.append(nn.LayerNorm(hidden_units, eps=1e-8))
                self.forward_layers.append(PointWiseFeedForward(hidden_units))
            self.scores = nn.Linear(hidden_units, item_num, bias=False)

        def forward(self, log_seqs):
            seqs = self.item_emb(log_seqs)
            seqs *= self.item_emb.embedding_dim**0.5
            seqs = seqs + self.pos_emb(torch.arange(log_seqs.shape[1], device=log_seqs.device))
            tl = seqs.shape[1]
            attention_mask = ~torch.tril(torch.ones((tl, tl), dtype=torch.bool, device=seqs.device))
            for i in range(len(self.attention_layers)):
                seqs = torch.transpose(seqs, 0, 1)
                Q = self.attention_layernorms[i](seqs)
                mha_outputs, _ = self.attention_layers[i](Q, seqs, seqs, attn_mask=attention_mask)
                seqs = torch.transpose(Q + mha_outputs, 0, 1)
                seqs = self.forward_layernorms[i](seqs)
                seqs = self.forward_layers[i](seqs)
            return self.scores(self.last_layernorm(seqs))

    return SASRec()
