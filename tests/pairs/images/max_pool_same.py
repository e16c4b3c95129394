"""ResNet stem: pooling with padding="same" against MaxPool2d(3, 2, padding=1).

gmalivenko/pytorch2keras issue 38.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["pool-padding"], "keras": ["max_pooling2d"], "torch": ["maxpool"]}],
}


def keras_model():
    import keras
    from keras import layers

    class Stem(keras.Model):
        def __init__(self):
            super().__init__()
            self.pad = layers.ZeroPadding2D(3)
            self.conv = layers.Conv2D(8, 7, strides=1, activation="relu")
            self.pool = layers.MaxPooling2D(3, strides=2, padding="same")

        def call(self, x):
            return self.pool(self.conv(self.pad(x)))

    model = Stem()
    model(keras.ops.zeros((1, 16, 16, 3)))
    return model


def torch_model():
    from torch import nn

    class Stem(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, kernel_size=7, padding=3)
            self.relu = nn.ReLU()
            self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)

        def forward(self, x):
            return self.maxpool(self.relu(self.conv1(x)))

    return Stem()
