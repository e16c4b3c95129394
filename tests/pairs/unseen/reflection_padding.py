"""Style transfer network: ReflectionPad2d in front of the first convolution, padding="same" in the Keras port."""

INPUTS = ("18x18x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["padding-mode"], "keras": ["conv_in"], "torch": ["model.0", "model.1"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((18, 18, 3))
    x = layers.Conv2D(6, 7, padding="same", name="conv_in")(inputs)
    x = layers.GroupNormalization(groups=-1, epsilon=1e-5, name="in_norm")(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="conv_mid")(x)
    x = layers.Conv2D(3, 1, activation="tanh", name="conv_out")(x)
    return keras.Model(inputs, x)


def torch_model():
    from torch import nn

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = nn.Sequential(
                nn.ReflectionPad2d(3),
                nn.Conv2d(3, 6, 7),
                nn.InstanceNorm2d(6, affine=True),
                nn.ReLU(True),
                nn.Conv2d(6, 6, 3, padding=1),
                nn.ReLU(True),
                nn.Conv2d(6, 3, 1),
                nn.Tanh(),
            )

        def forward(self, x):
            return self.model(x)

    return Generator()
