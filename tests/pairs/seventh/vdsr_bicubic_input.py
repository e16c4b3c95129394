"""VDSR, x2 upscaling inside the model: bicubic, 6 convolutions, plus the upscaled image. PSNR drops by 0.4 dB in the
PyTorch port with the weights of the Keras model, mostly around edges. All the convolutions are checked.
"""

INPUTS = ("12x12x1",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["resize-bicubic"], "keras": ["bicubic"], "torch": ["interpolate*", ""]}],
}


def keras_model():
    import keras
    from keras import layers

    low = keras.Input((12, 12, 1), name="low")
    up = layers.UpSampling2D(2, interpolation="bicubic", name="bicubic")(low)
    x = up
    for i in range(4):
        x = layers.Conv2D(12, 3, padding="same", activation="relu", name=f"conv_{i}")(x)
    x = layers.Conv2D(1, 3, padding="same", name="residual")(x)
    return keras.Model(low, layers.Add(name="high")([up, x]))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class VDSR(nn.Module):
        def __init__(self, depth=4, width=12):
            super().__init__()
            self.input = nn.Conv2d(1, width, 3, padding=1)
            self.body = nn.Sequential(
                *[m for _ in range(depth - 1) for m in (nn.Conv2d(width, width, 3, padding=1), nn.ReLU())]
            )
            self.output = nn.Conv2d(width, 1, 3, padding=1)

        def forward(self, x):
            x = F.interpolate(x, scale_factor=2, mode="bicubic", align_corners=False)
            return x + self.output(self.body(self.input(x).relu()))

    return VDSR()
