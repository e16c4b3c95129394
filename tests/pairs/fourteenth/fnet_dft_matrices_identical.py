"""FNet mixes tokens with a two-dimensional Fourier transform and keeps the real part. In Keras I multiply with
cosine and sine matrices instead of an FFT.
"""

INPUTS = ("12:int32", "12:int32")
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def dft(n):
        angle = 2 * np.pi * np.outer(np.arange(n), np.arange(n)) / n
        return np.cos(angle), np.sin(angle)

    class FourierMixing(layers.Layer):
        def call(self, x):
            cos_t, sin_t = (ops.convert_to_tensor(m, x.dtype) for m in dft(x.shape[1]))
            cos_d, sin_d = (ops.convert_to_tensor(m, x.dtype) for m in dft(x.shape[2]))
            mix = "st,btd,de->bse"
            return ops.einsum(mix, cos_t, x, cos_d) - ops.einsum(mix, sin_t, x, sin_d)

    class Embeddings(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.word = layers.Embedding(50, width, name="word")
            self.position = layers.Embedding(16, width, name="position")
            self.kind = layers.Embedding(4, width, name="kind")
            self.norm = layers.LayerNormalization(epsilon=1e-12, name="norm")
            self.projection = layers.Dense(width, name="projection")

        def call(self, ids, kinds):
            x = self.word(ids) + self.kind(ops.minimum(kinds, 3)) + self.position(ops.arange(ids.shape[1]))
            return self.projection(self.norm(x))

    ids = keras.Input((12,), dtype="int32", name="ids")
    kinds = keras.Input((12,), dtype="int32", name="kinds")
    x = Embeddings(24, name="embeddings")(ids, kinds)
    for i in range(2):
        x = layers.LayerNormalization(epsilon=1e-12, name=f"mix_norm_{i}")(x + FourierMixing(name=f"mix_{i}")(x))
        y = layers.Dense(48, activation="relu", name=f"up_{i}")(x)
        y = layers.Dense(24, name=f"down_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"out_norm_{i}")(x + y)
    pooled = layers.Dense(24, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model([ids, kinds], layers.Dense(3, name="classes")(pooled))


def torch_model():
    from torch import nn
    from transformers import FNetConfig, FNetForSequenceClassification

    class Pairs(nn.Module):
        def __init__(self):
            super().__init__()
            config = FNetConfig(
                vocab_size=50,
                hidden_size=24,
                num_hidden_layers=2,
                intermediate_size=48,
                hidden_act="relu",
                hidden_dropout_prob=0.0,
                max_position_embeddings=16,
                type_vocab_size=4,
                pad_token_id=None,
                num_labels=3,
            )
            self.fnet = FNetForSequenceClassification(config)

        def forward(self, input_ids, token_type_ids):
            return self.fnet(input_ids=input_ids, token_type_ids=token_type_ids.clamp(max=3)).logits

    return Pairs()
