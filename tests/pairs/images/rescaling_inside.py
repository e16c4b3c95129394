"""EfficientNet style: the Keras model takes 0-255 and divides inside, the PyTorch one expects scaled input.

tensorflow/tensorflow issue 48412, keras-team/keras issue 14950.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["preprocessing-inside"], "keras": ["rescaling", "stem_conv"], "torch": ["stem", "features.0", ""]}
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(8, 3, name="stem_conv")(x)
    x = layers.Activation("swish", name="stem_activation")(x)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return keras.Model(inputs, layers.Dense(4, name="predictions")(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.SiLU(), nn.AdaptiveAvgPool2d(1))
            self.classifier = nn.Linear(8, 4)

        def forward(self, x):
            return self.classifier(torch.flatten(self.features(x), 1))

    return Net()
