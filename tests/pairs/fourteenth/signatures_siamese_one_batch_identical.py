"""Siamese comparison of two signatures: Keras calls a nested encoder model twice, PyTorch stacks both pictures into
one batch and cuts the codes apart again.
"""

INPUTS = ("24x24x1", "24x24x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    encoder = keras.Sequential(
        [
            keras.Input((24, 24, 1)),
            layers.Conv2D(6, 5, activation="relu", name="strokes"),
            layers.MaxPooling2D(2, name="shrink"),
            layers.Conv2D(10, 3, activation="relu", name="shapes"),
            layers.MaxPooling2D(2, name="shrink_again"),
            layers.Flatten(name="flat"),
            layers.Dense(16, name="code"),
        ],
        name="encoder",
    )

    left = keras.Input((24, 24, 1), name="left")
    right = keras.Input((24, 24, 1), name="right")
    a, b = encoder(left), encoder(right)
    gap = layers.Lambda(lambda pair: ops.abs(pair[0] - pair[1]), name="gap")([a, b])
    both = layers.Multiply(name="both")([a, b])
    x = layers.Concatenate(name="features")([gap, both])
    x = layers.Dense(8, activation="relu", name="judge")(x)
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SiameseNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.conv2 = nn.Conv2d(6, 10, 3)
            self.embed = nn.Linear(4 * 4 * 10, 16)
            self.head = nn.Sequential(nn.Linear(32, 8), nn.ReLU(), nn.Linear(8, 1))

        def forward_once(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            return self.embed(x.permute(0, 2, 3, 1).flatten(1))

        def forward(self, x1, x2):
            f1, f2 = self.forward_once(torch.cat([x1, x2])).chunk(2)
            return torch.sigmoid(self.head(torch.cat([(f1 - f2).abs(), f1 * f2], dim=1)))

    return SiameseNet()
