"""Sentence label and tags for every token from one small encoder, with a second input that is one for real tokens
and zero for padding. The PyTorch port attends to the wrong places, the Keras one is the original.
"""

INPUTS = ("14:int32", "14")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-polarity"],
            "keras": ["block0_attention"],
            "torch": [
                "blocks.0.attn",
                "blocks.0",
                "gt*",
                "scaled_dot_product_attention*",
                "multi_head_attention_forward*",
                "",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], name="table")

        def call(self, x):
            return x + self.table

    class MaskedMean(layers.Layer):
        def call(self, x, mask_in):
            weights = ops.expand_dims(ops.cast(mask_in, x.dtype), -1)
            return ops.sum(x * weights, axis=1) / ops.maximum(ops.sum(weights, axis=1), 1.0)

    tokens = keras.Input((14,), dtype="int32", name="tokens")
    present = keras.Input((14,), name="present")
    real = present > 0.5
    x = Positions(name="positions")(layers.Embedding(60, 16, name="words")(tokens))
    for i in range(2):
        y = layers.MultiHeadAttention(4, 4, name=f"block{i}_attention")(
            x, x, attention_mask=ops.expand_dims(real, axis=1)
        )
        x = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm1")(x + y)
        y = layers.Dense(32, activation="relu", name=f"block{i}_wide")(x)
        y = layers.Dense(16, name=f"block{i}_narrow")(y)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm2")(x + y)
    sentence = layers.Dense(16, activation="tanh", name="pooler")(MaskedMean(name="mean")(x, real))
    return keras.Model(
        [tokens, present], [layers.Dense(3, name="label")(sentence), layers.Dense(5, name="tags")(x)], name="tagger"
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self, d_model, nhead, dim_feedforward):
            super().__init__()
            self.attn = nn.MultiheadAttention(d_model, nhead, batch_first=True)
            self.ff = nn.Sequential(nn.Linear(d_model, dim_feedforward), nn.ReLU(), nn.Linear(dim_feedforward, d_model))
            self.ln1, self.ln2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)

        def forward(self, x, mask):
            x = self.ln1(x + self.attn(x, x, x, key_padding_mask=mask, need_weights=False)[0])
            return self.ln2(x + self.ff(x))

    class JointTagger(nn.Module):
        def __init__(self, vocab=60, length=14, d_model=16):
            super().__init__()
            self.tok = nn.Embedding(vocab, d_model)
            self.pos = nn.Parameter(torch.zeros(length, d_model))
            self.blocks = nn.ModuleList(Block(d_model, 4, 32) for _ in range(2))
            self.tag_head = nn.Linear(d_model, 5)
            self.pool = nn.Linear(d_model, d_model)
            self.label_head = nn.Linear(d_model, 3)

        def forward(self, tokens, attention_mask):
            mask = attention_mask > 0.5
            x = self.tok(tokens) + self.pos
            for block in self.blocks:
                x = block(x, mask)
            m = mask.unsqueeze(-1).to(x.dtype)
            pooled = (x * m).sum(dim=1) / m.sum(dim=1).clamp(min=1)
            return [self.label_head(F.tanh(self.pool(pooled))), self.tag_head(x)]

    return JointTagger()
