"""MPNetModel of transformers in Keras: post-norm, one table of bucketed relative positions for all layers, and
positions that are counted as in RoBERTa (padding has the id 1 and does not count). Outputs agree; the row of the
padding token moves in Keras alone, for PyTorch's tables know of it.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["embedding-padding-row"],
            "keras": ["words"],
            "torch": ["mpnet.embeddings.word_embeddings"],
            "visible": False,
        },
        {
            "rules": ["embedding-padding-row"],
            "keras": ["positions"],
            "torch": ["mpnet.embeddings.position_embeddings"],
            "visible": False,
        },
    ],
}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    def buckets(n, count=32, furthest=128):
        gap = np.arange(n)[None] - np.arange(n)[:, None]
        half, distance = count // 2, np.abs(gap)
        far = half // 2 + np.floor(
            np.log(np.maximum(distance, 1) / (half // 2)) / math.log(furthest / (half // 2)) * (half - half // 2)
        )
        bucket = np.where(distance < half // 2, distance, np.minimum(far, half - 1))
        return (bucket + np.where(gap > 0, half, 0)).astype("int32")

    class RelativeBias(layers.Layer):
        def build(self, shape):
            self.table = layers.Embedding(32, 4, name="relative_attention_bias")
            self.table.build(None)
            self.index = buckets(shape[1])

        def call(self, x):
            return ops.transpose(self.table(self.index), (2, 0, 1))[None]

    class SelfAttention(layers.Layer):
        def build(self, x_shape, bias_shape):
            for name in "qkvo":
                setattr(self, name, layers.Dense(x_shape[-1], name=name))

        def call(self, x, bias):
            q, k, v = (ops.reshape(f(x), (-1, x.shape[1], 4, x.shape[2] // 4)) for f in (self.q, self.k, self.v))
            scores = ops.einsum("bqhd,bkhd->bhqk", q / (x.shape[2] // 4) ** 0.5, k) + bias
            y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            return self.o(ops.reshape(y, ops.shape(x)))

    tokens = keras.Input((9,), dtype="int32", name="input_ids")
    real = ops.cast(tokens != 1, "int32")
    positions = ops.cumsum(real, axis=1) * real + 1
    x = layers.Embedding(25, 16, name="words")(tokens) + layers.Embedding(12, 16, name="positions")(positions)
    x = layers.LayerNormalization(epsilon=1e-12, name="embedding_norm")(x)
    bias = RelativeBias(name="relative")(x)
    for i in range(2):
        y = SelfAttention(name=f"attention_{i}")(x, bias)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"attention_norm_{i}")(layers.add([y, x]))
        y = layers.Dense(28, activation="gelu", name=f"intermediate_{i}")(x)
        y = layers.Dense(16, name=f"output_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"output_norm_{i}")(layers.add([y, x]))
    pooled = layers.Dense(16, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model(tokens, [x, pooled])


def torch_model():
    from torch import nn
    from transformers import MPNetConfig, MPNetModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = MPNetConfig(
                vocab_size=25,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=28,
                max_position_embeddings=12,
                layer_norm_eps=1e-12,
            )
            self.mpnet = MPNetModel(config)

        def forward(self, input_ids):
            out = self.mpnet(input_ids)
            return out.last_hidden_state, out.pooler_output

    return Encoder()
