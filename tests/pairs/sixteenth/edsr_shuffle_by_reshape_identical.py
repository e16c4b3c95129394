"""EDSR times two with scaled residuals: PyTorch shuffles pixels with its layer, Keras with a reshape and a permutation
in the same order of channels; the mean colour is a buffer here and a list there.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    mean = [0.4375, 0.46875, 0.40625]

    class ShiftMean(layers.Layer):
        def __init__(self, sign, **kwargs):
            super().__init__(**kwargs)
            self.sign = sign

        def call(self, x):
            return x + self.sign * ops.convert_to_tensor(mean, dtype=x.dtype)

    def res_block(x, name):
        y = layers.Conv2D(16, 3, padding="same", activation="relu", name=f"{name}_conv1")(x)
        y = layers.Conv2D(16, 3, padding="same", name=f"{name}_conv2")(y)
        return layers.Add(name=f"{name}_add")([x, layers.Rescaling(0.1, name=f"{name}_scale")(y)])

    image = keras.Input((16, 16, 3))
    x = head = layers.Conv2D(16, 3, padding="same", name="head")(ShiftMean(-1, name="sub_mean")(image))
    for i in range(3):
        x = res_block(x, f"res{i}")
    x = layers.Conv2D(16, 3, padding="same", name="body_end")(x)
    x = layers.Add(name="long_skip")([x, head])
    x = layers.Conv2D(64, 3, padding="same", name="up_conv")(x)
    x = layers.Reshape((16, 16, 16, 2, 2), name="up_split")(x)
    x = layers.Permute((1, 4, 2, 5, 3), name="up_permute")(x)
    x = layers.Reshape((32, 32, 16), name="up")(x)
    x = layers.Conv2D(3, 3, padding="same", name="tail")(x)
    return keras.Model(image, ShiftMean(1, name="add_mean")(x))


def torch_model():
    import torch
    from torch import nn

    def default_conv(in_channels, out_channels, kernel_size):
        return nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2)

    class ResBlock(nn.Module):
        def __init__(self, n_feats, res_scale):
            super().__init__()
            convs = (default_conv(n_feats, n_feats, 3) for _ in range(2))
            self.body = nn.Sequential(next(convs), nn.ReLU(True), next(convs))
            self.res_scale = res_scale

        def forward(self, x):
            res = self.body(x).mul(self.res_scale)
            res += x
            return res

    class Upsampler(nn.Sequential):
        def __init__(self, scale, n_feats):
            super().__init__(default_conv(n_feats, scale * scale * n_feats, 3), nn.PixelShuffle(scale))

    class EDSR(nn.Module):
        def __init__(self, n_feats=16, n_resblocks=3, scale=2, res_scale=0.1):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.4375, 0.46875, 0.40625]).view(1, 3, 1, 1))
            self.head = nn.Sequential(default_conv(3, n_feats, 3))
            body = [ResBlock(n_feats, res_scale) for _ in range(n_resblocks)]
            self.body = nn.Sequential(*body, default_conv(n_feats, n_feats, 3))
            self.tail = nn.Sequential(Upsampler(scale, n_feats), default_conv(n_feats, 3, 3))

        def forward(self, x):
            x = self.head(x - self.mean)
            res = self.body(x)
            res += x
            return self.tail(res) + self.mean

    return EDSR()
