"""wav2vec 2.0: GroupNormalization of Keras has epsilon 1e-3 by default, nn.GroupNorm 1e-5."""

INPUTS = ("200",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["group_normalization"],
            "torch": ["features.conv_layers.0.layer_norm"],
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((200,)),
            layers.Reshape((200, 1)),
            layers.Conv1D(8, 10, strides=5, use_bias=False),
            layers.GroupNormalization(groups=-1),
            layers.Activation("gelu"),
            layers.Conv1D(6, 3, strides=2, use_bias=False, activation="gelu"),
        ]
    )


def torch_model():
    from torch import nn
    from transformers import Wav2Vec2Config
    from transformers.models.wav2vec2.modeling_wav2vec2 import Wav2Vec2FeatureEncoder

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = Wav2Vec2Config(conv_dim=(8, 6), conv_kernel=(10, 3), conv_stride=(5, 2))
            self.features = Wav2Vec2FeatureEncoder(config)

        def forward(self, wave):
            return self.features(wave).transpose(1, 2)

    return Features()
