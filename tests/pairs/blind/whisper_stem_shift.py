"""Whisper encoder from transformers; the Keras port gave its second, strided convolution padding="same"."""

INPUTS = ("12x10",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["same-padding-stride"], "keras": ["conv2"], "torch": ["encoder.conv2"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(
                shape=tuple(shape[1:]), initializer="random_normal", trainable=False, name="embed_positions"
            )

        def call(self, x):
            return x + self.table

    class WhisperAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, dim // heads
            self.q_proj = layers.Dense(dim, name="q_proj")
            self.k_proj = layers.Dense(dim, use_bias=False, name="k_proj")
            self.v_proj = layers.Dense(dim, name="v_proj")
            self.out_proj = layers.Dense(dim, name="out_proj")

        def call(self, x):
            def split(t):
                return ops.transpose(ops.reshape(t, (-1, t.shape[1], self.heads, self.size)), (0, 2, 1, 3))

            q, k, v = (split(self.q_proj(x) * self.size**-0.5), split(self.k_proj(x)), split(self.v_proj(x)))
            y = ops.softmax(q @ ops.transpose(k, (0, 1, 3, 2)), axis=-1) @ v
            y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, x.shape[1], self.heads * self.size))
            return self.out_proj(y)

    mel = keras.Input((12, 10), name="mel")
    x = layers.Conv1D(16, 3, padding="same", activation="gelu", name="conv1")(mel)
    x = layers.Conv1D(16, 3, strides=2, padding="same", activation="gelu", name="conv2")(x)
    x = Positions(name="positions")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"layer{i}_self_attn_layer_norm")(x)
        x = x + WhisperAttention(16, 2, name=f"layer{i}_self_attn")(y)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"layer{i}_final_layer_norm")(x)
        y = layers.Dense(24, activation="gelu", name=f"layer{i}_fc1")(y)
        x = x + layers.Dense(16, name=f"layer{i}_fc2")(y)
    return keras.Model(mel, layers.LayerNormalization(epsilon=1e-5, name="layer_norm")(x))


def torch_model():
    from torch import nn
    from transformers import WhisperConfig
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    class AudioTower(nn.Module):
        """(batch, mel bins, frames) to (batch, frames / 2, width)."""

        def __init__(self):
            super().__init__()
            self.encoder = WhisperEncoder(
                WhisperConfig(
                    d_model=16,
                    encoder_layers=2,
                    encoder_attention_heads=2,
                    encoder_ffn_dim=24,
                    num_mel_bins=10,
                    max_source_positions=6,
                    dropout=0.0,
                )
            )

        def forward(self, input_features):
            return self.encoder(input_features).last_hidden_state

    return AudioTower()
