"""Multi-level wavelet U-Net for denoising. PyTorch slices even and odd pixels (MWCNN's dwt_init / iwt_init); in
Keras the Haar transform is a depthwise convolution with a fixed filter bank and its transpose. Residual image comes
out.
"""

INPUTS = ("16x16x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    bank = np.array(
        [[[0.5, 0.5], [0.5, 0.5]], [[-0.5, 0.5], [-0.5, 0.5]], [[-0.5, -0.5], [0.5, 0.5]], [[0.5, -0.5], [-0.5, 0.5]]]
    )  # LL, HL, LH, HH

    class Analysis(layers.Layer):
        def call(self, x):
            _, height, width, channels = x.shape
            kernel = ops.cast(np.repeat(bank.transpose(1, 2, 0)[:, :, None, :], channels, axis=2), x.dtype)
            y = ops.depthwise_conv(x, kernel, strides=2, padding="valid")
            y = ops.reshape(y, (-1, height // 2, width // 2, channels, 4))
            y = ops.transpose(y, (0, 1, 2, 4, 3))
            return ops.reshape(y, (-1, height // 2, width // 2, 4 * channels))

    class Synthesis(layers.Layer):
        def call(self, x):
            _, height, width, channels = x.shape
            bands = ops.reshape(x, (-1, height, width, 4, channels // 4))
            y = ops.einsum("bhwkc,kij->bhiwjc", bands, ops.cast(bank, x.dtype))
            return ops.reshape(y, (-1, 2 * height, 2 * width, channels // 4))

    def conv(filters, name, relu=True):
        return layers.Conv2D(filters, 3, padding="same", activation="relu" if relu else None, name=name)

    noisy = keras.Input((16, 16, 2))
    e0 = conv(6, "enc0")(noisy)
    e1 = conv(8, "enc1")(Analysis(name="dwt_0")(e0))
    mid = conv(8, "mid_a")(Analysis(name="dwt_1")(e1))
    mid = conv(32, "mid_b")(mid)
    d1 = Synthesis(name="iwt_1")(mid) + e1
    d1 = conv(24, "dec1")(d1)
    d0 = Synthesis(name="iwt_0")(d1) + e0
    return keras.Model(noisy, noisy - conv(2, "noise", relu=False)(d0))


def torch_model():
    import torch
    from torch import nn

    class DWT(nn.Module):
        def forward(self, x):
            x01, x02 = x[:, :, 0::2, :] / 2, x[:, :, 1::2, :] / 2
            x1, x2, x3, x4 = x01[..., 0::2], x02[..., 0::2], x01[..., 1::2], x02[..., 1::2]
            return torch.cat((x1 + x2 + x3 + x4, -x1 - x2 + x3 + x4, -x1 + x2 - x3 + x4, x1 - x2 - x3 + x4), 1)

    class IWT(nn.Module):
        def forward(self, x):
            b, c, h, w = x.shape
            x1, x2, x3, x4 = (x / 2).chunk(4, dim=1)
            out = x.new_zeros(b, c // 4, 2 * h, 2 * w)
            out[:, :, 0::2, 0::2] = x1 - x2 - x3 + x4
            out[:, :, 1::2, 0::2] = x1 - x2 + x3 - x4
            out[:, :, 0::2, 1::2] = x1 + x2 - x3 - x4
            out[:, :, 1::2, 1::2] = x1 + x2 + x3 + x4
            return out

    class MWCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.DWT, self.IWT = DWT(), IWT()
            self.head = nn.Sequential(nn.Conv2d(2, 6, 3, padding=1), nn.ReLU(True))
            self.d_l1 = nn.Sequential(nn.Conv2d(24, 8, 3, padding=1), nn.ReLU(True))
            self.pro_l2 = nn.Sequential(
                nn.Conv2d(32, 8, 3, padding=1), nn.ReLU(True), nn.Conv2d(8, 32, 3, padding=1), nn.ReLU(True)
            )
            self.i_l1 = nn.Sequential(nn.Conv2d(8, 24, 3, padding=1), nn.ReLU(True))
            self.tail = nn.Conv2d(6, 2, 3, padding=1)

        def forward(self, x):
            x0 = self.head(x)
            x1 = self.d_l1(self.DWT(x0))
            x_ = self.IWT(self.pro_l2(self.DWT(x1))) + x1
            x_ = self.IWT(self.i_l1(x_)) + x0
            return x - self.tail(x_)

    return MWCNN()
