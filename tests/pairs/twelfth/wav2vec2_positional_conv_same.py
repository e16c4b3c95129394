"""A small wav2vec 2.0 on raw samples; its positional convolution has an even kernel, padded by half of it on both ends
and cut by one frame at the end, which became padding="same" in Keras.
"""

INPUTS = ("400",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-even-kernel", "crop-place"],
            "keras": ["pos_conv"],
            "torch": ["wav2vec2.encoder.pos_conv_embed", "wav2vec2.encoder.pos_conv_embed.*"],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers

    samples = keras.Input((400,), name="samples")
    x = layers.Reshape((400, 1))(samples)
    x = layers.Conv1D(16, 10, strides=5, use_bias=False, name="feature_conv_0")(x)
    x = layers.GroupNormalization(groups=-1, epsilon=1e-5, name="feature_norm_0")(x)
    x = layers.Activation("gelu")(x)
    x = layers.Conv1D(16, 3, strides=2, use_bias=False, activation="gelu", name="feature_conv_1")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="projection_norm")(x)
    x = layers.Dense(24, name="projection")(x)

    y = layers.Conv1D(24, 8, padding="same", groups=2, activation="gelu", name="pos_conv")(x)
    x = layers.Add(name="pos_add")([x, y])
    x = layers.LayerNormalization(epsilon=1e-5, name="encoder_norm")(x)
    for i in range(2):
        y = layers.MultiHeadAttention(6, 4, name=f"attention_{i}")(x, x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x + y)
        y = layers.Dense(48, activation="gelu", name=f"intermediate_{i}")(x)
        y = layers.Dense(24, name=f"output_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"final_norm_{i}")(x + y)
    return keras.Model(samples, x)


def torch_model():
    from torch import nn
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = Wav2Vec2Config(
                hidden_size=24,
                num_hidden_layers=2,
                num_attention_heads=6,
                intermediate_size=48,
                conv_dim=(16, 16),
                conv_stride=(5, 2),
                conv_kernel=(10, 3),
                num_conv_pos_embeddings=8,
                num_conv_pos_embedding_groups=2,
                hidden_dropout=0.0,
                activation_dropout=0.0,
                attention_dropout=0.0,
                feat_proj_dropout=0.0,
                layerdrop=0.0,
                apply_spec_augment=False,
            )
            self.wav2vec2 = Wav2Vec2Model(config)

        def forward(self, input_values):
            return self.wav2vec2(input_values).last_hidden_state

    return Encoder()
