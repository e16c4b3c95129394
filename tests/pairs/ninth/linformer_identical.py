"""Linformer encoder, one block: keys and values are projected from twelve positions to four. EinsumDense in Keras, bare
parameters E and F in PyTorch, heads split by a view.
"""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Linformer(layers.Layer):
        def __init__(self, heads, size, k, **kwargs):
            super().__init__(**kwargs)
            make = lambda name: layers.EinsumDense("btd,dhs->bhts", (heads, None, size), name=name)  # noqa: E731
            self.query, self.key, self.value = make("query"), make("key"), make("value")
            self.shorten_keys = layers.EinsumDense("bhts,tk->bhks", (heads, k, size), name="shorten_keys")
            self.shorten_values = layers.EinsumDense("bhts,tk->bhks", (heads, k, size), name="shorten_values")
            self.output_dense = layers.EinsumDense("bhts,hsd->btd", (None, heads * size), bias_axes="d", name="output")
            self.scale = size**-0.5

        def call(self, x):
            keys, values = self.shorten_keys(self.key(x)), self.shorten_values(self.value(x))
            scores = ops.einsum("bhts,bhks->bhtk", self.query(x), keys) * self.scale
            return self.output_dense(ops.einsum("bhtk,bhks->bhts", ops.softmax(scores), values))

    ids = keras.Input((12,), dtype="int32")
    x = layers.Embedding(50, 16, name="words")(ids)
    y = Linformer(2, 8, 4, name="attention")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_1")(layers.Add()([x, y]))
    y = layers.Dense(16, name="feed_2")(layers.Dense(32, activation="relu", name="feed_1")(x))
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_2")(layers.Add()([x, y]))
    return keras.Model(ids, layers.Dense(3, name="classes")(x[:, 0]))


def torch_model():
    import torch
    from torch import nn

    class LinformerSelfAttention(nn.Module):
        def __init__(self, dim, seq_len, heads, k):
            super().__init__()
            self.heads = heads
            self.to_q, self.to_k, self.to_v = (nn.Linear(dim, dim, bias=False) for _ in range(3))
            self.proj_k = nn.Parameter(torch.randn(seq_len, k) * 0.1)
            self.proj_v = nn.Parameter(torch.randn(seq_len, k) * 0.1)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.shape
            queries = self.to_q(x).reshape(b, n, self.heads, -1).transpose(1, 2)
            keys = torch.einsum("bnd,nk->bkd", self.to_k(x), self.proj_k)
            values = torch.einsum("bnd,nk->bkd", self.to_v(x), self.proj_v)
            keys, values = (t.reshape(b, -1, self.heads, d // self.heads).transpose(1, 2) for t in (keys, values))
            dots = torch.einsum("bhnd,bhkd->bhnk", queries, keys) / (d // self.heads) ** 0.5
            out = torch.einsum("bhnk,bhkd->bhnd", dots.softmax(dim=-1), values)
            return self.to_out(out.transpose(1, 2).reshape(b, n, d))

    class Encoder(nn.Module):
        def __init__(self, dim=16):
            super().__init__()
            self.token_emb = nn.Embedding(50, dim)
            self.attn, self.ln1 = LinformerSelfAttention(dim, 12, 2, 4), nn.LayerNorm(dim)
            self.ff, self.ln2 = nn.Sequential(nn.Linear(dim, 32), nn.ReLU(), nn.Linear(32, dim)), nn.LayerNorm(dim)
            self.fc = nn.Linear(dim, 3)

        def forward(self, x):
            x = self.token_emb(x)
            x = self.ln1(x + self.attn(x))
            x = self.ln2(x + self.ff(x))
            return self.fc(x.select(1, 0))

    return Encoder()
