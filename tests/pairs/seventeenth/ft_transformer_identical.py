"""FT-Transformer for a table with five numbers and three hashed categories per row: one token per column, a summary
token in front, pre-norm blocks with a gated ReLU. The first block has no norm before its attention, as in the paper.
"""

INPUTS = ("5", "3:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    width, heads, buckets = 16, 4, 11

    class NumericTokens(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], width), name="kernel")
            self.bias = self.add_weight(shape=(shape[-1], width), name="bias")

        def call(self, x):
            return ops.expand_dims(x, -1) * self.kernel + self.bias

    class CategoryTokens(layers.Layer):
        def __init__(self, columns, **kwargs):
            super().__init__(**kwargs)
            self.columns = columns
            self.table = layers.Embedding(columns * buckets, width, name="table")

        def build(self, shape):
            self.bias = self.add_weight(shape=(self.columns, width), name="bias")

        def call(self, ids):
            return self.table(ids % buckets + ops.arange(self.columns, dtype=ids.dtype) * buckets) + self.bias

    class SummaryToken(layers.Layer):
        def build(self, shape):
            self.token = self.add_weight(shape=(width,), name="token")

        def call(self, x):
            token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, width))
            return ops.concatenate([token, x], axis=1)

    numbers = keras.Input((5,), name="numbers")
    categories = keras.Input((3,), dtype="int32", name="categories")
    tokens = layers.Concatenate(axis=1, name="columns")(
        [NumericTokens(name="numeric")(numbers), CategoryTokens(3, name="categorical")(categories)]
    )
    x = SummaryToken(name="summary")(tokens)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_a{i}")(x) if i else x
        y = layers.MultiHeadAttention(heads, width // heads, dropout=0.2, name=f"attention{i}")(y, y)
        x = layers.Add(name=f"add_a{i}")([x, y])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_f{i}")(x)
        a = layers.Dense(20, name=f"value{i}")(y)
        b = layers.Dense(20, activation="relu", name=f"gate{i}")(y)
        y = layers.Multiply(name=f"reglu{i}")([a, b])
        y = layers.Dropout(0.1, name=f"drop{i}")(y)
        x = layers.Add(name=f"add_f{i}")([x, layers.Dense(width, name=f"narrow{i}")(y)])
    x = x[:, 0]
    x = layers.LayerNormalization(epsilon=1e-5, name="last_norm")(x)
    x = layers.ReLU(name="last_relu")(x)
    return keras.Model([numbers, categories], layers.Dense(1, name="target")(x))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class Tokenizer(nn.Module):
        def __init__(self, d_numerical, columns, buckets, d_token):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(d_numerical, d_token))
            self.bias_num = nn.Parameter(torch.randn(d_numerical, d_token))
            self.category_embeddings = nn.Embedding(columns * buckets, d_token)
            self.bias_cat = nn.Parameter(torch.randn(columns, d_token))
            self.cls = nn.Parameter(torch.randn(d_token))
            self.buckets = buckets
            self.register_buffer("category_offsets", torch.arange(columns) * buckets)

        def forward(self, x_num, x_cat):
            num = self.weight[None] * x_num[:, :, None] + self.bias_num
            cat = self.category_embeddings(x_cat % self.buckets + self.category_offsets) + self.bias_cat
            cls = self.cls.expand(len(x_num), 1, -1)
            return torch.cat([cls, num, cat], dim=1)

    class MultiheadAttention(nn.Module):
        def __init__(self, d, n_heads, dropout):
            super().__init__()
            self.W_q, self.W_k = nn.Linear(d, d), nn.Linear(d, d)
            self.W_v, self.W_out = nn.Linear(d, d), nn.Linear(d, d)
            self.n_heads = n_heads
            self.dropout = nn.Dropout(dropout)

        def _reshape(self, x):
            b, n, d = x.shape
            return x.reshape(b, n, self.n_heads, d // self.n_heads).transpose(1, 2)

        def forward(self, x):
            q, k, v = (self._reshape(f(x)) for f in (self.W_q, self.W_k, self.W_v))
            attention = F.softmax(q @ k.transpose(-1, -2) / math.sqrt(k.shape[-1]), dim=-1)
            y = self.dropout(attention) @ v
            return self.W_out(y.transpose(1, 2).flatten(2))

    class Block(nn.Module):
        def __init__(self, d, d_hidden, first):
            super().__init__()
            self.attention = MultiheadAttention(d, 4, 0.2)
            self.linear0 = nn.Linear(d, d_hidden * 2)
            self.linear1 = nn.Linear(d_hidden, d)
            self.norm1 = nn.LayerNorm(d)
            if not first:
                self.norm0 = nn.LayerNorm(d)
            self.first = first

        def forward(self, x):
            x = x + self.attention(x if self.first else self.norm0(x))
            a, b = self.linear0(self.norm1(x)).chunk(2, dim=-1)
            return x + self.linear1(F.dropout(a * F.relu(b), 0.1, self.training))

    class FTTransformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokenizer = Tokenizer(5, 3, 11, 16)
            self.layers = nn.ModuleList([Block(16, 20, first=i == 0) for i in range(2)])
            self.last_normalization = nn.LayerNorm(16)
            self.head = nn.Linear(16, 1)

        def forward(self, x_num, x_cat):
            x = self.tokenizer(x_num, x_cat)
            for layer in self.layers:
                x = layer(x)
            return self.head(F.relu(self.last_normalization(x[:, 0])))

    return FTTransformer()
