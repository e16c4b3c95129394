"""One BiFPN layer of EfficientDet on three levels of a toy backbone: every fusion has weights that a ReLU keeps from
being negative and that are divided by their sum.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Fuse(layers.Layer):
        def build(self, shapes):
            self.w = self.add_weight(shape=(len(shapes),), initializer="ones", name="w")

        def call(self, inputs):
            w = ops.relu(self.w)
            total = sum(w[i] * x for i, x in enumerate(inputs))
            return total / (ops.sum(w) + 1e-4)

    def node(inputs, name):
        x = layers.Activation("silu")(Fuse(name=f"{name}_fuse")(inputs))
        x = layers.SeparableConv2D(8, 3, padding="same", name=f"{name}_conv")(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    up, down = layers.UpSampling2D(name="up"), layers.MaxPooling2D(name="down")
    x = image = keras.Input((32, 32, 3))
    levels = []
    for i, width in enumerate((6, 10, 14)):
        x = layers.Conv2D(width, 2, strides=2, activation="relu", name=f"stage_{i}")(x)
        levels.append(layers.Conv2D(8, 1, name=f"lateral_{i}")(x))
    p3, p4, p5 = levels
    middle = node([p4, up(p5)], "p4_td")
    p3 = node([p3, up(middle)], "p3_out")
    p4 = node([p4, middle, down(p3)], "p4_out")
    p5 = node([p5, down(p4)], "p5_out")
    return keras.Model(image, [p3, p4, p5])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SeparableConvBlock(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.depthwise_conv = nn.Conv2d(c, c, 3, padding=1, groups=c, bias=False)
            self.pointwise_conv = nn.Conv2d(c, c, 1)
            self.bn = nn.BatchNorm2d(c)

        def forward(self, x):
            return self.bn(self.pointwise_conv(self.depthwise_conv(x)))

    class BiFPN(nn.Module):
        def __init__(self, c, epsilon=1e-4):
            super().__init__()
            self.epsilon = epsilon
            self.conv4_up, self.conv3_up = SeparableConvBlock(c), SeparableConvBlock(c)
            self.conv4_down, self.conv5_down = SeparableConvBlock(c), SeparableConvBlock(c)
            self.p4_w1, self.p3_w1 = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
            self.p4_w2, self.p5_w2 = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))

        def weighted(self, w, *maps):
            w = F.relu(w)
            w = w / (torch.sum(w, dim=0) + self.epsilon)
            return F.silu(torch.einsum("k,kbchw->bchw", w, torch.stack(maps)))

        def forward(self, p3, p4, p5):
            p4_up = self.conv4_up(self.weighted(self.p4_w1, p4, F.interpolate(p5, scale_factor=2)))
            p3_out = self.conv3_up(self.weighted(self.p3_w1, p3, F.interpolate(p4_up, scale_factor=2)))
            p4_out = self.conv4_down(self.weighted(self.p4_w2, p4, p4_up, F.max_pool2d(p3_out, 2)))
            p5_out = self.conv5_down(self.weighted(self.p5_w2, p5, F.max_pool2d(p4_out, 2)))
            return p3_out, p4_out, p5_out

    class Detector(nn.Module):
        def __init__(self, widths=(6, 10, 14), c=8):
            super().__init__()
            self.stages = nn.ModuleList(nn.Conv2d(i, o, 2, 2) for i, o in zip((3, *widths), widths, strict=False))
            self.laterals = nn.ModuleList(nn.Conv2d(w, c, 1) for w in widths)
            self.bifpn = BiFPN(c)

        def forward(self, x):
            features = []
            for stage, lateral in zip(self.stages, self.laterals, strict=True):
                x = stage(x).relu()
                features.append(lateral(x))
            return self.bifpn(*features)

    return Detector()
