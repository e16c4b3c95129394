"""Audio Spectrogram Transformer from the library, with overlapping patches whose strides differ in time and frequency,
against a Keras port with einsum attention and its own exact GELU.
"""

INPUTS = ("40x24",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    width, heads = 24, 4

    class Tokens(layers.Layer):
        """Two learnt tokens in front, and a position for everything."""

        def build(self, shape):
            self.cls = self.add_weight(shape=(1, 1, width), initializer="random_normal", name="cls")
            self.dist = self.add_weight(shape=(1, 1, width), initializer="random_normal", name="dist")
            self.pos = self.add_weight(shape=(1, shape[1] + 2, width), initializer="random_normal", name="pos")

        def call(self, x):
            one = ops.ones_like(x[:, :1])
            return ops.concatenate([one * self.cls, one * self.dist, x], axis=1) + self.pos

    class Attention(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.query = layers.Dense(width, name="query")
            self.key = layers.Dense(width, name="key")
            self.value = layers.Dense(width, name="value")
            self.out = layers.Dense(width, name="out")

        def call(self, x):
            def split(y):
                return ops.reshape(y, (-1, x.shape[1], heads, width // heads))

            q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(width // heads)
            mixed = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            return self.out(ops.reshape(mixed, (-1, x.shape[1], width)))

    def gelu(x):
        return x * (1 + ops.erf(x / math.sqrt(2))) / 2

    spectrogram = keras.Input((40, 24))
    x = layers.Permute((2, 1))(spectrogram)
    x = layers.Reshape((24, 40, 1))(x)
    x = layers.Conv2D(width, 8, strides=(4, 8), name="patches")(x)
    x = layers.Reshape((-1, width))(x)
    x = Tokens(name="tokens")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-12, name=f"block{i}_norm1")(x)
        x = x + Attention(name=f"block{i}_attention")(y)
        y = layers.LayerNormalization(epsilon=1e-12, name=f"block{i}_norm2")(x)
        y = layers.Dense(48, activation=gelu, name=f"block{i}_mlp1")(y)
        x = x + layers.Dense(width, name=f"block{i}_mlp2")(y)
    x = layers.LayerNormalization(epsilon=1e-12, name="norm")(x)
    x = (x[:, 0] + x[:, 1]) / 2
    x = layers.LayerNormalization(epsilon=1e-12, name="head_norm")(x)
    return keras.Model(spectrogram, layers.Dense(6, name="head")(x))


def torch_model():
    from torch import nn
    from transformers import ASTConfig, ASTForAudioClassification

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            config = ASTConfig(
                hidden_size=24,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=48,
                patch_size=8,
                frequency_stride=4,
                time_stride=8,
                max_length=40,
                num_mel_bins=24,
                num_labels=6,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
            self.ast = ASTForAudioClassification(config)

        def forward(self, fbank):
            return self.ast(fbank).logits

    return Tagger()
