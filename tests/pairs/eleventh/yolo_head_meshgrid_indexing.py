"""YOLOv3-like detector with its decoding inside: boxes in pixels, objectness and classes. Away from the diagonal of
the grid the boxes of my PyTorch port come out at mirrored places.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "permute-axes", "wiring-other"],
            "keras": ["decode", "decode/*"],
            "torch": ["head", "head.*", "add*", "mul*", "cat*", "stack*", "meshgrid*", "arange*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    anchors = np.array([[4.0, 6.0], [9.0, 7.0], [14.0, 18.0]])

    class DecodeBoxes(layers.Layer):
        def __init__(self, anchors, classes, stride, **kwargs):
            super().__init__(**kwargs)
            self.anchors, self.classes, self.stride = anchors, classes, stride

        def call(self, raw):
            height, width = raw.shape[1:3]
            raw = ops.reshape(raw, (-1, height, width, len(self.anchors), 5 + self.classes))
            columns, rows = np.meshgrid(np.arange(width), np.arange(height))
            grid = np.stack([columns, rows], axis=-1)[:, :, None].astype("float64")
            xy = (ops.sigmoid(raw[..., 0:2]) + ops.cast(grid, raw.dtype)) * self.stride
            wh = ops.exp(raw[..., 2:4]) * ops.cast(self.anchors, raw.dtype)
            boxes = ops.concatenate([xy, wh, ops.sigmoid(raw[..., 4:])], axis=-1)
            return ops.reshape(boxes, (-1, height * width * len(self.anchors), 5 + self.classes))

    def dark(x, filters, strides, name):
        x = layers.Conv2D(
            filters, 3, strides=strides, padding="valid" if strides > 1 else "same", use_bias=False, name=name
        )(layers.ZeroPadding2D(1)(x) if strides > 1 else x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("silu", name=f"{name}_act")(x)

    image = keras.Input((32, 32, 3))
    x = dark(image, 8, 2, "stem")
    x = dark(x, 12, 2, "stage1")
    x = layers.Add(name="shortcut")([x, dark(x, 12, 1, "stage1_inner")])
    x = dark(x, 20, 2, "stage2")
    x = layers.Conv2D(3 * (5 + 4), 1, name="predict")(x)
    return keras.Model(image, DecodeBoxes(anchors, 4, 8, name="decode")(x))


def torch_model():
    import torch
    from torch import nn

    class Conv(nn.Sequential):
        def __init__(self, c1, c2, s=1):
            super().__init__(nn.Conv2d(c1, c2, 3, s, 1, bias=False), nn.BatchNorm2d(c2), nn.SiLU())

    class YOLOLayer(nn.Module):
        def __init__(self, ch, anchors, nc, stride):
            super().__init__()
            self.na, self.no, self.stride = len(anchors), nc + 5, stride
            self.register_buffer("anchors", torch.tensor(anchors).view(-1, 2), persistent=False)
            self.m = nn.Conv2d(ch, self.na * self.no, 1)

        def forward(self, x):
            x = self.m(x)
            bs, _, ny, nx = x.shape
            x = x.view(bs, self.na, self.no, ny, nx).permute(0, 3, 4, 1, 2).contiguous()
            xv, yv = torch.meshgrid(torch.arange(nx), torch.arange(ny), indexing="ij")
            grid = torch.stack((xv, yv), 2).view(1, ny, nx, 1, 2).to(x)
            y_xy = (x[..., :2].sigmoid() + grid) * self.stride
            y_wh = x[..., 2:4].exp() * self.anchors
            return torch.cat((y_xy, y_wh, x[..., 4:].sigmoid()), -1).view(bs, -1, self.no)

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = Conv(3, 8, 2)
            self.down1 = Conv(8, 12, 2)
            self.inner = Conv(12, 12)
            self.down2 = Conv(12, 20, 2)
            self.head = YOLOLayer(20, [[4.0, 6.0], [9.0, 7.0], [14.0, 18.0]], nc=4, stride=8)

        def forward(self, img):
            x = self.down1(self.stem(img))
            return self.head(self.down2(x + self.inner(x)))

    return Detector()
