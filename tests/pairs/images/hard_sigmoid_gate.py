"""A squeeze-and-excite gate trained in Keras 2: hard_sigmoid was clip(0.2 x + 0.5) then."""

INPUTS = ("8x8x12",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["hard-sigmoid-form"], "keras": ["activation", "expand"], "torch": ["gate", "expand", "fc2"]}],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 8, 12))
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Conv2D(3, 1, activation="relu", name="squeeze")(s)
    s = layers.Conv2D(12, 1, name="expand")(s)
    s = layers.Activation("hard_sigmoid")(s)
    return keras.Model(inputs, layers.Multiply()([x, s]))


def torch_model():
    import torch
    from torch import nn

    class HardSigmoid(nn.Module):
        def forward(self, x):
            return torch.clamp(0.2 * x + 0.5, 0, 1)

    class SqueezeExcite(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Conv2d(12, 3, 1)
            self.fc2 = nn.Conv2d(3, 12, 1)
            self.gate = HardSigmoid()

        def forward(self, x):
            s = x.mean((2, 3), keepdim=True)
            s = self.gate(self.fc2(torch.relu(self.fc1(s))))
            return x * s

    return SqueezeExcite()
