"""One-stage detector: the PyTorch head cuts its channels into attributes and anchors, Keras into anchors first."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["reshape-order"], "keras": ["detect", "decode"], "torch": ["head*", "decode*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    anchors, classes = 3, 2

    class Decode(layers.Layer):
        """Cell offsets, sizes, objectness and classes."""

        def call(self, x):
            xy = ops.sigmoid(x[..., 0:2])
            wh = ops.exp(x[..., 2:4])
            rest = ops.sigmoid(x[..., 4:])
            return ops.concatenate([xy, wh, rest], axis=-1)

    def dark(x, width, stride, name):
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        x = layers.Conv2D(width, 3, strides=stride, use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn")(x)
        return layers.LeakyReLU(negative_slope=0.1, name=f"{name}_leaky")(x)

    images = keras.Input((16, 16, 3))
    x = dark(images, 8, 2, "d0")
    x = dark(x, 12, 2, "d1")
    x = dark(x, 12, 1, "d2")
    x = layers.Conv2D(anchors * (5 + classes), 1, name="detect")(x)
    x = layers.Reshape((4, 4, anchors, 5 + classes), name="by_anchor")(x)
    return keras.Model(images, Decode(name="decode")(x))


def torch_model():
    import torch
    from torch import nn

    class Conv(nn.Module):
        def __init__(self, c1, c2, s=1):
            super().__init__()
            self.conv = nn.Conv2d(c1, c2, 3, s, 1, bias=False)
            self.bn = nn.BatchNorm2d(c2)
            self.act = nn.LeakyReLU(0.1, inplace=True)

        def forward(self, x):
            return self.act(self.bn(self.conv(x)))

    class Head(nn.Module):
        def __init__(self, c, na=3, nc=2):
            super().__init__()
            self.na, self.no = na, nc + 5
            self.m = nn.Conv2d(c, na * self.no, 1)

        def forward(self, x):
            x = self.m(x)
            bs, _, ny, nx = x.shape
            return x.view(bs, self.no, self.na, ny, nx).permute(0, 3, 4, 2, 1).contiguous()

    class Decode(nn.Module):
        def forward(self, x):
            xy, wh, obj, cls = x.split([2, 2, 1, x.shape[-1] - 5], dim=-1)
            return torch.cat([xy.sigmoid(), wh.exp(), obj.sigmoid(), cls.sigmoid()], dim=-1)

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(Conv(3, 8, 2), Conv(8, 12, 2), Conv(12, 12))
            self.head = Head(12)
            self.decode = Decode()

        def forward(self, x):
            return self.decode(self.head(self.backbone(x)))

    return Detector()
