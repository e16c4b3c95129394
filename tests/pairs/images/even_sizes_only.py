"""My test with 15 x 15 pictures passes; users of the fully convolutional model see differences with even sizes."""

INPUTS = ("15x15x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["same-padding-stride"], "keras": ["conv2d"], "torch": ["conv"]}],
}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((None, None, 3))
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(4)(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 6, 3, stride=2, padding=1)
            self.fc = nn.Linear(6, 4)

        def forward(self, x):
            return self.fc(torch.relu(self.conv(x)).mean((2, 3)))

    return Net()
