"""A small GPT in the style of a well-known lecture: every head is a module with key, query and value, the block makes a
list of them. The Keras layer has one tensor per projection for all heads and two einsums.
"""

INPUTS = ("10:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class CausalHeads(layers.Layer):
        def __init__(self, heads, size, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, size

        def build(self, shape):
            width = shape[-1]
            for name in ("key", "query", "value"):
                weight = self.add_weight(shape=(self.heads, width, self.size), initializer="glorot_uniform", name=name)
                setattr(self, name, weight)
            self.proj = layers.Dense(width, name="proj")
            self.proj.build((None, None, self.heads * self.size))

        def call(self, x):
            k, q, v = (ops.einsum("btc,hcs->bhts", x, w) for w in (self.key, self.query, self.value))
            scores = ops.einsum("bhis,bhjs->bhij", q, k) / self.size**0.5
            steps = ops.arange(ops.shape(x)[1])
            allowed = steps[:, None] >= steps[None, :]
            weights = ops.softmax(ops.where(allowed, scores, -1e30), axis=-1)
            out = ops.einsum("bhij,bhjs->bihs", weights, v)
            return self.proj(ops.reshape(out, (-1, ops.shape(x)[1], self.heads * self.size)))

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], initializer="random_normal", name="table")

        def call(self, x):
            return x + self.table

    tokens = keras.Input((10,), dtype="int32")
    x = Positions(name="positions")(layers.Embedding(32, 24, name="tokens")(tokens))
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln1_{i}")(x)
        x = layers.Add()([x, CausalHeads(3, 8, name=f"sa_{i}")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln2_{i}")(x)
        y = layers.Dense(96, activation="relu", name=f"up_{i}")(y)
        x = layers.Add()([x, layers.Dense(24, name=f"down_{i}")(y)])
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    return keras.Model(tokens, layers.Dense(32, name="lm_head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    n_embd, n_head, n_layer, block_size, vocab_size, dropout = 24, 3, 2, 10, 32, 0.0

    class Head(nn.Module):
        def __init__(self, head_size):
            super().__init__()
            self.key = nn.Linear(n_embd, head_size, bias=False)
            self.query = nn.Linear(n_embd, head_size, bias=False)
            self.value = nn.Linear(n_embd, head_size, bias=False)
            self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
            self.dropout = nn.Dropout(dropout)

        def forward(self, x):
            B, T, C = x.shape
            k, q = self.key(x), self.query(x)
            wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
            wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
            return self.dropout(F.softmax(wei, dim=-1)) @ self.value(x)

    class MultiHeadAttention(nn.Module):
        def __init__(self, num_heads, head_size):
            super().__init__()
            self.heads = nn.ModuleList([Head(head_size) for _ in range(num_heads)])
            self.proj = nn.Linear(head_size * num_heads, n_embd)

        def forward(self, x):
            return self.proj(torch.cat([h(x) for h in self.heads], dim=-1))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.sa = MultiHeadAttention(n_head, n_embd // n_head)
            self.ffwd = nn.Sequential(nn.Linear(n_embd, 4 * n_embd), nn.ReLU(), nn.Linear(4 * n_embd, n_embd))
            self.ln1, self.ln2 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)

        def forward(self, x):
            x = x + self.sa(self.ln1(x))
            return x + self.ffwd(self.ln2(x))

    class GPTLanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.token_embedding_table = nn.Embedding(vocab_size, n_embd)
            self.position_embedding_table = nn.Embedding(block_size, n_embd)
            self.blocks = nn.Sequential(*[Block() for _ in range(n_layer)])
            self.ln_f = nn.LayerNorm(n_embd)
            self.lm_head = nn.Linear(n_embd, vocab_size)

        def forward(self, idx):
            pos = self.position_embedding_table(torch.arange(idx.shape[1], device=idx.device))
            return self.lm_head(self.ln_f(self.blocks(self.token_embedding_table(idx) + pos)))

    return GPTLanguageModel()
