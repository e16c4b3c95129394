"""Road scenes are mostly background, so both U-Nets weight the cross-entropy of each pixel by its class with the same
four numbers; the first batch already gives another loss although the logits agree.
"""

INPUTS = ("32x32x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-class-weights", "loss-factor", "loss-reduction", "loss-other"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    weights = [0.2, 1.0, 2.5, 4.0]

    def double_conv(x, width, name):
        for i in (1, 2):
            x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"{name}_conv{i}")(x)
        return x

    image = keras.Input((32, 32, 3))
    c1 = double_conv(image, 8, "enc1")
    c2 = double_conv(layers.MaxPooling2D()(c1), 12, "enc2")
    x = double_conv(layers.MaxPooling2D()(c2), 16, "bottom")
    x = layers.Conv2DTranspose(12, 2, strides=2, name="up2")(x)
    x = double_conv(layers.concatenate([x, c2]), 12, "dec2")
    x = layers.Conv2DTranspose(8, 2, strides=2, name="up1")(x)
    x = double_conv(layers.concatenate([x, c1]), 8, "dec1")
    model = keras.Model(image, layers.Conv2D(4, 1, name="logits")(x))

    def weighted_crossentropy(y_true, y_pred):
        labels = ops.cast(y_true, "int32")
        per_pixel = keras.losses.sparse_categorical_crossentropy(labels, y_pred, from_logits=True)
        return ops.mean(per_pixel * ops.take(ops.convert_to_tensor(weights, dtype=y_pred.dtype), labels))

    return model, keras.optimizers.SGD(learning_rate=0.05, momentum=0.9), weighted_crossentropy


def torch_model():
    import torch
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, cin, cout):
            super().__init__(
                nn.Conv2d(cin, cout, 3, padding=1),
                nn.ReLU(inplace=True),
                nn.Conv2d(cout, cout, 3, padding=1),
                nn.ReLU(inplace=True),
            )

    class UNet(nn.Module):
        def __init__(self, n_classes=4):
            super().__init__()
            self.pool = nn.MaxPool2d(2)
            self.down1 = DoubleConv(3, 8)
            self.down2 = DoubleConv(8, 12)
            self.middle = DoubleConv(12, 16)
            self.upconv1 = nn.ConvTranspose2d(16, 12, 2, stride=2)
            self.up1 = DoubleConv(24, 12)
            self.upconv2 = nn.ConvTranspose2d(12, 8, 2, stride=2)
            self.up2 = DoubleConv(16, 8)
            self.outc = nn.Conv2d(8, n_classes, 1)

        def forward(self, x):
            x1 = self.down1(x)
            x2 = self.down2(self.pool(x1))
            x = self.upconv1(self.middle(self.pool(x2)))
            x = self.up1(torch.cat([x, x2], dim=1))
            return self.outc(self.up2(torch.cat([self.upconv2(x), x1], dim=1)))

    net = UNet()
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([0.2, 1.0, 2.5, 4.0]))
    return net, torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9), criterion


def training_data():
    import numpy as np

    random = np.random.default_rng(3)
    images = random.normal(size=(8, 32, 32, 3)).astype("float32")
    masks = random.choice(4, size=(8, 32, 32), p=[0.7, 0.15, 0.1, 0.05]).astype("int64")
    return images, masks
