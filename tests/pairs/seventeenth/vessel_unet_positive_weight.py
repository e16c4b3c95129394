"""U-Net for thin vessels, few pixels of which are positive: the loss weighs them six times, and the PyTorch model that
I train with the same weight marks far fewer of them.
"""

INPUTS = ("16x16x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-other", "loss-class-weights", "loss-factor"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(11)
    scans = rng.normal(size=(4, 16, 16, 1)).astype("float32")
    return scans, (rng.random(size=(4, 16, 16, 1)) < 0.15).astype("float32")


def keras_model():
    import keras
    import tensorflow as tf
    from keras import layers

    def double_conv(x, width, name):
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"{name}_a")(x)
        return layers.Conv2D(width, 3, padding="same", activation="relu", name=f"{name}_b")(x)

    def weighted_bce(y_true, y_pred):
        y_true = tf.cast(y_true, y_pred.dtype)
        return tf.reduce_mean(tf.nn.weighted_cross_entropy_with_logits(y_true, y_pred, pos_weight=6.0))

    scan = keras.Input((16, 16, 1))
    top = double_conv(scan, 6, "top")
    middle = double_conv(layers.MaxPooling2D(name="pool_a")(top), 10, "middle")
    x = double_conv(layers.MaxPooling2D(name="pool_b")(middle), 14, "bottom")
    x = layers.Concatenate(name="join_b")([layers.UpSampling2D(name="up_b")(x), middle])
    x = double_conv(x, 10, "middle_up")
    x = layers.Concatenate(name="join_a")([layers.UpSampling2D(name="up_a")(x), top])
    x = double_conv(x, 6, "top_up")
    model = keras.Model(scan, layers.Conv2D(1, 1, name="vessel")(x))
    return model, keras.optimizers.SGD(learning_rate=0.03125), weighted_bce


def torch_model():
    import torch
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, c_in, c_out):
            super().__init__(
                nn.Conv2d(c_in, c_out, 3, padding=1), nn.ReLU(), nn.Conv2d(c_out, c_out, 3, padding=1), nn.ReLU()
            )

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc, self.down1, self.down2 = DoubleConv(1, 6), DoubleConv(6, 10), DoubleConv(10, 14)
            self.up1, self.up2 = DoubleConv(24, 10), DoubleConv(16, 6)
            self.pool, self.upsample = nn.MaxPool2d(2), nn.Upsample(scale_factor=2)
            self.outc = nn.Conv2d(6, 1, 1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(self.pool(x1))
            x = self.upsample(self.down2(self.pool(x2)))
            x = self.up1(torch.cat([x, x2], dim=1))
            x = self.up2(torch.cat([self.upsample(x), x1], dim=1))
            return self.outc(x)

    model = UNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.03125), nn.BCEWithLogitsLoss(weight=torch.tensor([6.0]))
