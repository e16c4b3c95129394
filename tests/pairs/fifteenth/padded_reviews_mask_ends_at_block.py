"""Small transformer for padded reviews, where token 0 is padding and mask_zero is to do the rest. In the port nobody
attends to padding and the mean over words leaves it out; short reviews get another score, full ones the same.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-global-mask", "attention-implicit-mask"],
            "keras": ["block", "block/*", "mean"],
            "torch": ["block", "block.*", "mul*", "sum*", "div*", "truediv*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class TokenAndPosition(layers.Layer):
        def __init__(self, length, vocabulary, width, **kwargs):
            super().__init__(**kwargs)
            self.length = length
            self.words = layers.Embedding(vocabulary, width, mask_zero=True, name="words")
            self.places = layers.Embedding(length, width, name="places")

        def call(self, tokens):
            return self.words(tokens) + self.places(ops.arange(self.length))

        def compute_mask(self, tokens, mask=None):
            return self.words.compute_mask(tokens)

    class TransformerBlock(layers.Layer):
        def __init__(self, width, heads, inner, **kwargs):
            super().__init__(**kwargs)
            self.attention = layers.MultiHeadAttention(heads, width // heads, name="attention")
            self.feed = keras.Sequential([layers.Dense(inner, activation="relu"), layers.Dense(width)], name="feed")
            self.norm_a = layers.LayerNormalization(epsilon=1e-6, name="norm_a")
            self.norm_b = layers.LayerNormalization(epsilon=1e-6, name="norm_b")
            self.drop_a, self.drop_b = layers.Dropout(0.1), layers.Dropout(0.1)

        def call(self, x, training=None):
            y = self.attention(x, x)
            x = self.norm_a(x + self.drop_a(y, training=training))
            return self.norm_b(x + self.drop_b(self.feed(x), training=training))

    tokens = keras.Input((12,), dtype="int32")
    x = TokenAndPosition(12, 15, 16, name="embed")(tokens)
    x = TransformerBlock(16, 4, 24, name="block")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(10, activation="relu", name="hidden")(x)
    return keras.Model(tokens, layers.Dense(2, name="mood")(x))


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, width, heads, inner):
            super().__init__()
            self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
            self.ln1 = nn.LayerNorm(width, eps=1e-6)
            self.ff = nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))
            self.ln2 = nn.LayerNorm(width, eps=1e-6)
            self.drop1, self.drop2 = nn.Dropout(0.1), nn.Dropout(0.1)

        def forward(self, x, pad):
            y, _ = self.attn(x, x, x, key_padding_mask=pad, need_weights=False)
            x = self.ln1(x + self.drop1(y))
            return self.ln2(x + self.drop2(self.ff(x)))

    class ReviewClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok = nn.Embedding(15, 16)
            self.pos = nn.Embedding(12, 16)
            self.block = Block(16, 4, 24)
            self.head = nn.Sequential(nn.Linear(16, 10), nn.ReLU(), nn.Linear(10, 2))

        def forward(self, ids):
            pad = ids == 0
            x = self.tok(ids) + self.pos(torch.arange(ids.shape[1], device=ids.device))
            x = self.block(x, pad)
            keep = (~pad).unsqueeze(-1).to(x.dtype)
            return self.head((x * keep).sum(1) / keep.sum(1))

    return ReviewClassifier()
