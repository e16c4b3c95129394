"""Learned positions ported from fairseq: the table begins at row 2 there.

huggingface/transformers issues 5285 and 10736.
"""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["token_and_position", "positions", "position_embedding", "embedding_1"],
            "torch": ["position_embeddings", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class TokenAndPosition(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.tokens = layers.Embedding(12, 6, name="tokens")
            self.positions = layers.Embedding(10, 6, name="positions")

        def call(self, ids):
            return self.tokens(ids) + self.positions(ops.arange(ops.shape(ids)[1]))

    ids = keras.Input((8,), dtype="int32")
    x = TokenAndPosition(name="token_and_position")(ids)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    return keras.Model(ids, layers.Dense(3)(x))


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.word_embeddings = nn.Embedding(12, 6)
            self.position_embeddings = nn.Embedding(10, 6)
            self.norm = nn.LayerNorm(6)
            self.out = nn.Linear(6, 3)

        def forward(self, ids):
            positions = torch.arange(ids.shape[1], device=ids.device) + 2
            x = self.word_embeddings(ids) + self.position_embeddings(positions)
            return self.out(self.norm(x))

    return Encoder()
