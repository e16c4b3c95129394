"""Audio spectrogram transformer from the transformers library with a tiny config for keyword spotting, and my own
Keras version of it: frequency goes first into the patches, and the class and distillation tokens are averaged at the
end.
"""

INPUTS = ("32x16",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / 2.0**0.5))

    class AddTokens(layers.Layer):
        """Two learned tokens in front, learned positions on everything."""

        def build(self, shape):
            self.cls = self.add_weight(shape=(1, 1, shape[-1]), initializer="zeros", name="cls")
            self.dist = self.add_weight(shape=(1, 1, shape[-1]), initializer="zeros", name="dist")
            self.pos = self.add_weight(shape=(1, shape[1] + 2, shape[-1]), initializer="zeros", name="pos")

        def call(self, x):
            cls = ops.repeat(self.cls, ops.shape(x)[0], axis=0)
            dist = ops.repeat(self.dist, ops.shape(x)[0], axis=0)
            return ops.concatenate([cls, dist, x], axis=1) + self.pos

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-12, name=name)

    mel = keras.Input((32, 16), name="log_mel")
    x = layers.Permute((2, 1), name="mel_by_time")(mel)
    x = layers.Reshape((16, 32, 1), name="as_image")(x)
    x = layers.Conv2D(32, 6, strides=5, name="patches")(x)
    x = layers.Reshape((-1, 32), name="sequence")(x)
    x = AddTokens(name="tokens")(x)
    for i in range(2):
        y = norm(f"block{i}_norm1")(x)
        y = layers.MultiHeadAttention(2, 16, name=f"block{i}_attention")(y, y)
        x = layers.Add(name=f"block{i}_add1")([x, y])
        y = norm(f"block{i}_norm2")(x)
        y = layers.Dense(64, activation=gelu, name=f"block{i}_mlp1")(y)
        y = layers.Dense(32, name=f"block{i}_mlp2")(y)
        x = layers.Add(name=f"block{i}_add2")([x, y])
    x = norm("final_norm")(x)
    x = layers.Average(name="cls_and_dist")([x[:, 0], x[:, 1]])
    x = norm("head_norm")(x)
    return keras.Model(mel, layers.Dense(8, name="keyword")(x), name="ast")


def torch_model():
    from torch import nn
    from transformers import ASTConfig, ASTForAudioClassification

    class KeywordSpotter(nn.Module):
        def __init__(self):
            super().__init__()
            config = ASTConfig(
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                patch_size=6,
                frequency_stride=5,
                time_stride=5,
                max_length=32,
                num_mel_bins=16,
                num_labels=8,
            )
            self.ast = ASTForAudioClassification(config)

        def forward(self, input_values):
            return self.ast(input_values).logits

    return KeywordSpotter()
