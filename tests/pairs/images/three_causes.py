"""A longer network with three independent mistakes: epsilon, slope of the third block, average pool at the end."""

INPUTS = ("20x20x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["bn_0"], "torch": ["blocks.0.1"]},
        {"rules": ["leaky-slope"], "keras": ["act_2"], "torch": ["blocks.2.2"]},
        {"rules": ["average-pool-padding"], "keras": ["smooth"], "torch": ["smooth"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((20, 20, 3))
    for index, filters in enumerate((6, 8, 8, 6)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv_{index}")(x)
        x = layers.BatchNormalization(epsilon=1e-5 if index else 1e-3, momentum=0.9, name=f"bn_{index}")(x)
        x = layers.LeakyReLU(0.3 if index == 2 else 0.1, name=f"act_{index}")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="smooth")(x[:, :19, :19])
    return keras.Model(inputs, layers.Dense(4, name="head")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    from torch import nn

    def block(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1)
        )

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(block(3, 6), block(6, 8), block(8, 8), block(8, 6))
            self.smooth = nn.AvgPool2d(3, stride=2, padding=1)
            self.head = nn.Linear(6, 4)

        def forward(self, x):
            x = self.smooth(self.blocks(x)[:, :, :19, :19])
            return self.head(x.mean((2, 3)))

    return Net()
