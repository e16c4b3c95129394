"""Gated convolution: F.glu gates the first half with the second, my Keras layer the second with the first."""

INPUTS = ("16x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order"],
            "keras": ["glu"],
            "torch": ["glu*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GLU(layers.Layer):
        def call(self, x):
            gate, value = ops.split(x, 2, axis=-1)
            return value * ops.sigmoid(gate)

    inputs = keras.Input((16, 4))
    x = layers.Conv1D(12, 3, padding="same", name="conv")(inputs)
    x = GLU(name="glu")(x)
    x = layers.Conv1D(6, 3, padding="same", activation="relu", name="conv_out")(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class GatedConvNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(4, 12, 3, padding=1)
            self.conv_out = nn.Conv1d(6, 6, 3, padding=1)
            self.head = nn.Linear(6, 2)

        def forward(self, x):
            x = F.glu(self.conv(x.transpose(1, 2)), dim=1)
            return self.head(F.relu(self.conv_out(x)).mean(-1))

    return GatedConvNet()
