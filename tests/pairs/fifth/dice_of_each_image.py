"""Nuclei segmentation: keras.losses.Dice() and the DiceLoss of my notebook. Loss values are close, curves part.

Mine is one dice per image, then the mean.
"""

INPUTS = ["16x16x1"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-dice-batch"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((16, 16, 1))
    c1 = layers.Conv2D(6, 3, padding="same", activation="elu", name="c1")(image)
    c2 = layers.Conv2D(10, 3, padding="same", activation="elu", name="c2")(layers.MaxPooling2D(2)(c1))
    u1 = layers.Conv2DTranspose(6, 2, strides=2, padding="same", name="u1")(c2)
    x = layers.concatenate([u1, c1])
    mask = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x)
    return keras.Model(image, mask), keras.optimizers.SGD(0.5, momentum=0.875), keras.losses.Dice()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(1, 6, 3, padding=1)
            self.c2 = nn.Conv2d(6, 10, 3, padding=1)
            self.u1 = nn.ConvTranspose2d(10, 6, 2, stride=2)
            self.out = nn.Conv2d(12, 1, 1)

        def forward(self, x):
            c1 = F.elu(self.c1(x))
            c2 = F.elu(self.c2(F.max_pool2d(c1, 2)))
            return self.out(torch.cat([self.u1(c2), c1], dim=1)).sigmoid()

    class DiceLoss(nn.Module):
        def forward(self, inputs, targets, eps=1e-7):
            inputs, targets = inputs.flatten(1), targets.flatten(1)
            intersection = (inputs * targets).sum(dim=1)
            dice = 2.0 * intersection / (inputs.sum(dim=1) + targets.sum(dim=1) + eps)
            return (1 - dice).mean()

    model = UNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.875), DiceLoss()


def training_data():
    import numpy as np

    rng = np.random.default_rng(33)
    images = rng.normal(size=(24, 16, 16, 1)).astype("float32")
    level = np.linspace(0.2, 1.8, 24).reshape(-1, 1, 1, 1)
    return images, (images > level).astype("float32")
