"""Audio Spectrogram Transformer: transformers turns the spectrogram (time, mel) so that frequency is the first axis of
the patch grid. I transposed the input and the kernel, then flattened the grid time first: patches meet wrong positions.
"""

INPUTS = ("30x16",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "reshape-order", "patch-feature-order", "wiring-other", "position-table"],
            "keras": ["time_first", "patches", "patch_conv", "tokens"],
            "torch": ["audio.embeddings*", "audio.embeddings.patch_embeddings*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Tokens(layers.Layer):
        def build(self, shape):
            n, width = shape[1:]
            self.cls = self.add_weight(shape=(1, 1, width), initializer="random_normal", name="cls_token")
            self.dist = self.add_weight(shape=(1, 1, width), initializer="random_normal", name="distillation_token")
            self.pos = self.add_weight(shape=(1, n + 2, width), initializer="random_normal", name="position_embeddings")

        def call(self, x):
            first = ops.concatenate([self.cls, self.dist], axis=1)
            first = ops.broadcast_to(first, (ops.shape(x)[0], 2, x.shape[-1]))
            return ops.concatenate([first, x], axis=1) + self.pos

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-12, name=name)

    spectrogram = keras.Input((30, 16), name="spectrogram")
    x = layers.Permute((2, 1))(spectrogram)
    x = layers.Reshape((16, 30, 1))(x)
    x = layers.Conv2D(24, 6, strides=(5, 4), name="patch_conv")(x)
    x = layers.Permute((2, 1, 3), name="time_first")(x)
    x = Tokens(name="tokens")(layers.Reshape((-1, 24), name="patches")(x))
    for i in range(2):
        y = norm(f"before_{i}")(x)
        x = layers.Add(name=f"add1_{i}")([x, layers.MultiHeadAttention(3, 8, name=f"attention_{i}")(y, y)])
        y = layers.Dense(32, activation="gelu", name=f"fc1_{i}")(norm(f"after_{i}")(x))
        x = layers.Add(name=f"add2_{i}")([x, layers.Dense(24, name=f"fc2_{i}")(y)])
    x = norm("layernorm")(x)
    x = layers.Average(name="both_tokens")([x[:, 0], x[:, 1]])
    return keras.Model(spectrogram, layers.Dense(7, name="classifier")(norm("classifier_norm")(x)))


def torch_model():
    from torch import nn
    from transformers import ASTConfig, ASTForAudioClassification

    config = ASTConfig(
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=32,
        patch_size=6,
        frequency_stride=5,
        time_stride=4,
        max_length=30,
        num_mel_bins=16,
        num_labels=7,
    )

    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            whole = ASTForAudioClassification(config)
            self.audio, self.classifier = whole.audio_spectrogram_transformer, whole.classifier

        def forward(self, spectrogram):
            return self.classifier(self.audio(spectrogram).pooler_output)

    return Wrapped()
