"""One-stage detector with two anchors per cell that returns boxes and scores: the scores agree, the sizes agree, but
the centres of the boxes do not.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": [
                "permute-axes",
                "concat-order",
                "wiring-other",
                "position-table",
                "constant-buffer",
                "split-order",
                "reshape-order",
            ],
            "keras": ["boxes", "boxes/*"],
            "torch": ["decode", "decode.*", "add*", "stack*", "meshgrid*", "sigmoid*", "cat*", "div*", "truediv*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    anchors = [[5.0, 7.0], [14.0, 10.0]]

    class Boxes(layers.Layer):
        def call(self, t):
            h, w = t.shape[1:3]
            columns, rows = ops.meshgrid(ops.arange(w), ops.arange(h))
            cells = ops.cast(ops.stack([columns, rows], axis=-1), t.dtype)[:, :, None]
            sizes = ops.convert_to_tensor(anchors, dtype=t.dtype)
            centre = (ops.sigmoid(t[..., :2]) + cells) / ops.convert_to_tensor([w, h], dtype=t.dtype)
            extent = ops.exp(ops.tanh(t[..., 2:4])) * sizes / 32
            return ops.reshape(ops.concatenate([centre, extent], axis=-1), (-1, h * w * 2, 4))

    image = keras.Input((32, 32, 3))
    x = image
    for i, width in enumerate((8, 16, 24)):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.97, epsilon=1e-3, name=f"norm_{i}")(x)
        x = layers.Activation("silu", name=f"silu_{i}")(x)
        x = layers.MaxPooling2D(2, name=f"pool_{i}")(x)
    x = layers.Conv2D(2 * 8, 1, name="predictions")(x)
    x = layers.Reshape((4, 4, 2, 8), name="per_anchor")(x)
    boxes = Boxes(name="boxes")(x)
    scores = layers.Activation("sigmoid", name="scores")(layers.Reshape((32, 4), name="logits")(x[..., 4:]))
    return keras.Model(image, [boxes, scores])


def torch_model():
    import torch
    from torch import nn

    class CBS(nn.Sequential):
        def __init__(self, c1, c2):
            super().__init__(
                nn.Conv2d(c1, c2, 3, 1, 1, bias=False),
                nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03),
                nn.SiLU(inplace=True),
                nn.MaxPool2d(2),
            )

    class Decode(nn.Module):
        def __init__(self, anchors, stride):
            super().__init__()
            self.stride = stride
            self.register_buffer("anchors", torch.tensor(anchors))

        def forward(self, p):
            bs, na, ny, nx, _ = p.shape
            gx, gy = torch.meshgrid(torch.arange(nx), torch.arange(ny), indexing="ij")
            grid = torch.stack((gx, gy), 2).to(p)
            xy = (p[..., 0:2].sigmoid() + grid) * self.stride
            wh = p[..., 2:4].tanh().exp() * self.anchors.to(p).view(1, na, 1, 1, 2)
            box = torch.cat((xy, wh), -1) / (self.stride * nx)
            order = (0, 2, 3, 1, 4)
            scores = p[..., 4:].sigmoid().permute(order).reshape(bs, ny * nx * na, -1)
            return box.permute(order).reshape(bs, -1, 4), scores

    class Detector(nn.Module):
        def __init__(self, nc=3, na=2):
            super().__init__()
            self.na, self.no = na, nc + 5
            self.backbone = nn.Sequential(CBS(3, 8), CBS(8, 16), CBS(16, 24))
            self.m = nn.Conv2d(24, self.no * na, 1)
            self.decode = Decode([[5.0, 7.0], [14.0, 10.0]], stride=8)

        def forward(self, x):
            x = self.m(self.backbone(x))
            bs, _, ny, nx = x.shape
            x = x.view(bs, self.na, self.no, ny, nx).permute(0, 1, 3, 4, 2).contiguous()
            return self.decode(x)

    return Detector()
