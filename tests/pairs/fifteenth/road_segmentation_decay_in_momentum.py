"""Small U-Net for road scenes, trained as the paper says: SGD, momentum 0.9, weight decay 5e-4, pixel-wise
cross-entropy. All three numbers are the same on both sides, and still the weights drift apart.
"""

INPUTS = ("16x16x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-coupled-decay"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(8)
    return rng.normal(size=(4, 16, 16, 3)), rng.integers(0, 4, (4, 16, 16))


def keras_model():
    import keras
    from keras import layers

    def twice(x, width, name):
        for i in (1, 2):
            x = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv_{i}")(x)
            x = layers.GroupNormalization(2, epsilon=1e-5, name=f"{name}_norm_{i}")(x)
            x = layers.Activation("relu")(x)
        return x

    image = keras.Input((16, 16, 3))
    skips, x = [], image
    for i, width in enumerate((6, 10)):
        x = twice(x, width, f"down_{i}")
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = twice(x, 14, "bottom")
    for i, width in ((1, 10), (0, 6)):
        x = layers.Conv2DTranspose(width, 2, strides=2, name=f"up_{i}")(x)
        x = layers.Concatenate(name=f"join_{i}")([skips[i], x])
        x = twice(x, width, f"up_{i}")
    model = keras.Model(image, layers.Conv2D(4, 1, name="classes")(x))
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=5e-4)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, cin, cout):
            super().__init__(
                nn.Conv2d(cin, cout, 3, padding=1),
                nn.GroupNorm(2, cout),
                nn.ReLU(inplace=True),
                nn.Conv2d(cout, cout, 3, padding=1),
                nn.GroupNorm(2, cout),
                nn.ReLU(inplace=True),
            )

    class UNet(nn.Module):
        def __init__(self, n_classes):
            super().__init__()
            self.inc, self.down1, self.down2 = DoubleConv(3, 6), DoubleConv(6, 10), DoubleConv(10, 14)
            self.up1, self.conv1 = nn.ConvTranspose2d(14, 10, 2, stride=2), DoubleConv(20, 10)
            self.up2, self.conv2 = nn.ConvTranspose2d(10, 6, 2, stride=2), DoubleConv(12, 6)
            self.outc = nn.Conv2d(6, n_classes, 1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(F.max_pool2d(x1, 2))
            x = self.down2(F.max_pool2d(x2, 2))
            x = self.conv1(torch.cat([x2, self.up1(x)], dim=1))
            x = self.conv2(torch.cat([x1, self.up2(x)], dim=1))
            return self.outc(x)

    def criterion(output, target):
        return F.cross_entropy(output, target.long())

    model = UNet(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    return model, optimizer, criterion
