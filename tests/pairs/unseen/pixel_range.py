"""Rescaling to -1..1 in Keras (MobileNet style), division by 255 in the forward of the PyTorch port."""

INPUTS = ("20x20x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["preprocessing-inside", "scale-other"],
            "keras": ["rescaling"],
            "torch": ["div", "truediv", "features.0", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((20, 20, 3))
    x = layers.Rescaling(1.0 / 127.5, offset=-1)(inputs)
    x = layers.SeparableConv2D(8, 3, activation="relu")(x)
    x = layers.MaxPooling2D(3)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.25)(x)
    return keras.Model(inputs, layers.Dense(4)(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 3, 3, groups=3, bias=False), nn.Conv2d(3, 8, 1), nn.ReLU(), nn.MaxPool2d(3)
            )
            self.classifier = nn.Sequential(nn.Dropout(0.25), nn.Linear(288, 4))

        def forward(self, x):
            x = self.features(x / 255.0)
            return self.classifier(torch.flatten(x, 1))

    return Net()
