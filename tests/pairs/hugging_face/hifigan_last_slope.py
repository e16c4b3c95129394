"""HiFi-GAN vocoder: slope 0.1 everywhere, but the last leaky ReLU of the PyTorch code has the default 0.01."""

INPUTS = ("12x6",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["leaky-slope"], "keras": ["last_activation"], "torch": ["vocoder"]}],
}


def keras_model():
    import keras
    from keras import layers

    def leaky(x, **names):
        return layers.LeakyReLU(negative_slope=0.1, **names)(x)

    mel = keras.Input((12, 6), name="mel")
    x = layers.Conv1D(8, 7, padding="same")(mel)
    x = layers.Conv1DTranspose(4, 4, strides=2, padding="same")(leaky(x))
    y = layers.Conv1D(4, 3, padding="same")(leaky(x))
    y = layers.Conv1D(4, 3, padding="same")(leaky(y))
    x = leaky(layers.Add()([x, y]), name="last_activation")
    x = layers.Conv1D(1, 7, padding="same", activation="tanh")(x)
    return keras.Model(mel, layers.Flatten()(x))


def torch_model():
    from torch import nn
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    class Vocoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = SpeechT5HifiGanConfig(
                model_in_dim=6,
                upsample_initial_channel=8,
                upsample_rates=[2],
                upsample_kernel_sizes=[4],
                resblock_kernel_sizes=[3],
                resblock_dilation_sizes=[[1]],
                normalize_before=False,
            )
            self.vocoder = SpeechT5HifiGan(config)

        def forward(self, mel):
            return self.vocoder(mel)

    return Vocoder()
