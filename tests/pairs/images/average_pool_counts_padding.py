"""Only the border pixels differ after my average pooling.

pytorch/pytorch issue 8644, keras-team/keras issue 18452.
"""

INPUTS = ("13x13x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["average-pool-padding"], "keras": ["average_pooling2d"], "torch": ["pool"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((13, 13, 3)),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.AveragePooling2D(3, strides=1, padding="same"),
            layers.Conv2D(4, 1),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 6, 3, padding=1)
            self.pool = nn.AvgPool2d(3, stride=1, padding=1)
            self.project = nn.Conv2d(6, 4, 1)

        def forward(self, x):
            return self.project(self.pool(self.conv(x).relu()))

    return Net()
