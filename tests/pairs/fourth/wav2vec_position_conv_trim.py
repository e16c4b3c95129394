"""wav2vec 2.0 encoder of transformers (weight norm removed after loading) and Keras. The positional convolution has an
even kernel and loses one step: fairseq drops the last, Keras's padding="same" in effect another one.
"""

INPUTS = ("100",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-even-kernel", "crop-place", "cropping-argument-order"],
            "keras": ["pos_conv*", "encoder_add"],
            "torch": ["wav2vec.encoder.pos_conv_embed*", "wav2vec.encoder"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def attention(x, heads, name):
        t, c = x.shape[1:]
        q, k, v = (
            ops.reshape(layers.Dense(c, name=f"{name}_{z}")(x), (-1, t, heads, c // heads)) for z in ("q", "k", "v")
        )
        weights = ops.softmax(ops.einsum("bqhd,bkhd->bhqk", q, k) * (c // heads) ** -0.5)
        return layers.Dense(c, name=f"{name}_o")(ops.reshape(ops.einsum("bhqk,bkhd->bqhd", weights, v), (-1, t, c)))

    wave = keras.Input((100,), name="wave")
    x = layers.Conv1D(8, 5, 2, use_bias=False, name="conv_0")(ops.expand_dims(wave, -1))
    x = layers.GroupNormalization(-1, epsilon=1e-5, name="conv_0_norm")(x)
    x = layers.Activation("gelu")(x)
    x = layers.Conv1D(12, 3, 2, use_bias=False, activation="gelu", name="conv_1")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="features_norm")(x)
    x = layers.Dense(16, name="features_proj")(x)
    p = layers.Conv1D(16, 4, groups=2, padding="same", activation="gelu", name="pos_conv")(x)
    x = layers.Add(name="encoder_add")([x, p])
    x = layers.LayerNormalization(epsilon=1e-5, name="encoder_norm")(x)
    for i in range(2):
        x = layers.Add()([x, attention(x, 2, f"layer_{i}")])
        x = layers.LayerNormalization(epsilon=1e-5, name=f"layer_{i}_norm")(x)
        y = layers.Dense(24, activation="gelu", name=f"layer_{i}_in")(x)
        x = layers.Add()([x, layers.Dense(16, name=f"layer_{i}_out")(y)])
        x = layers.LayerNormalization(epsilon=1e-5, name=f"layer_{i}_final_norm")(x)
    return keras.Model(wave, x)


def torch_model():
    from torch import nn
    from torch.nn.utils import parametrize
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    class Speech(nn.Module):
        def __init__(self):
            super().__init__()
            config = Wav2Vec2Config(
                vocab_size=10,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=24,
                conv_dim=(8, 12),
                conv_kernel=(5, 3),
                conv_stride=(2, 2),
                num_conv_pos_embeddings=4,
                num_conv_pos_embedding_groups=2,
                mask_time_prob=0.0,
                layerdrop=0.0,
                hidden_dropout=0.0,
                attention_dropout=0.0,
                activation_dropout=0.0,
                feat_proj_dropout=0.0,
            )
            self.wav2vec = Wav2Vec2Model(config)
            parametrize.remove_parametrizations(self.wav2vec.encoder.pos_conv_embed.conv, "weight")

        def forward(self, wave):
            return self.wav2vec(wave).last_hidden_state

    return Speech()
