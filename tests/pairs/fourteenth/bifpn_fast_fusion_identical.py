"""One BiFPN cell with fast normalised fusion and a shared class head; TensorFlow's asymmetric padding was copied by
hand into the PyTorch detector.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class WeightedFusion(layers.Layer):
        def __init__(self, epsilon=1e-4, **kwargs):
            super().__init__(**kwargs)
            self.epsilon = epsilon

        def build(self, shapes):
            self.w = self.add_weight(shape=(len(shapes),), initializer="ones", name="w")

        def call(self, inputs):
            w = ops.relu(self.w)
            total = sum(w[i] * x for i, x in enumerate(inputs))
            return total / (ops.sum(w) + self.epsilon)

    def node(inputs, name):
        x = WeightedFusion(name=name + "_fuse")(inputs)
        x = layers.Activation("swish", name=name + "_swish")(x)
        x = layers.SeparableConv2D(12, 3, padding="same", name=name + "_conv")(x)
        return layers.BatchNormalization(name=name + "_bn")(x)

    def up(x, name):
        return layers.UpSampling2D(2, name=name)(x)

    def down(x, name):
        return layers.MaxPooling2D(3, strides=2, padding="same", name=name)(x)

    image = keras.Input((32, 32, 3))
    x = image
    levels = []
    for i, width in enumerate((8, 12, 16)):
        x = layers.Conv2D(width, 3, strides=2, padding="same", activation="swish", name=f"stage_{i}")(x)
        levels.append(layers.Conv2D(12, 1, name=f"lateral_{i}")(x))
    p3, p4, p5 = levels
    p4_td = node([p4, up(p5, "p5_up")], "p4_td")
    p3_out = node([p3, up(p4_td, "p4_up")], "p3_out")
    p4_out = node([p4, p4_td, down(p3_out, "p3_down")], "p4_out")
    p5_out = node([p5, down(p4_out, "p4_down")], "p5_out")

    head = layers.SeparableConv2D(3 * 4, 3, padding="same", name="class_head")
    scores = [layers.Reshape((-1, 4))(head(p)) for p in (p3_out, p4_out, p5_out)]
    return keras.Model(image, layers.Activation("sigmoid")(layers.Concatenate(axis=1, name="anchors")(scores)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Conv2dSame(nn.Conv2d):
        def forward(self, x):
            return super().forward(F.pad(x, (0, 1, 0, 1)))

    class MaxPoolSame(nn.Module):
        def forward(self, x):
            return F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2)

    class SeparableConv(nn.Module):
        def __init__(self, cin, cout, norm=True):
            super().__init__()
            self.depthwise = nn.Conv2d(cin, cin, 3, padding=1, groups=cin, bias=False)
            self.pointwise = nn.Conv2d(cin, cout, 1)
            self.bn = nn.BatchNorm2d(cout, momentum=0.01, eps=1e-3) if norm else None

        def forward(self, x):
            x = self.pointwise(self.depthwise(x))
            return x if self.bn is None else self.bn(x)

    class BiFPN(nn.Module):
        def __init__(self, channels=12, epsilon=1e-4):
            super().__init__()
            self.epsilon = epsilon
            self.conv4_up = SeparableConv(channels, channels)
            self.conv3_up = SeparableConv(channels, channels)
            self.conv4_down = SeparableConv(channels, channels)
            self.conv5_down = SeparableConv(channels, channels)
            self.p4_w1 = nn.Parameter(torch.ones(2))
            self.p3_w1 = nn.Parameter(torch.ones(2))
            self.p4_w2 = nn.Parameter(torch.ones(3))
            self.p5_w2 = nn.Parameter(torch.ones(2))
            self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
            self.downsample = MaxPoolSame()
            self.swish = nn.SiLU()

        def fuse(self, w, *xs):
            w = F.relu(w)
            w = w / (torch.sum(w, dim=0) + self.epsilon)
            return self.swish(sum(w[i] * x for i, x in enumerate(xs)))

        def forward(self, p3, p4, p5):
            p4_up = self.conv4_up(self.fuse(self.p4_w1, p4, self.upsample(p5)))
            p3_out = self.conv3_up(self.fuse(self.p3_w1, p3, self.upsample(p4_up)))
            p4_out = self.conv4_down(self.fuse(self.p4_w2, p4, p4_up, self.downsample(p3_out)))
            p5_out = self.conv5_down(self.fuse(self.p5_w2, p5, self.downsample(p4_out)))
            return p3_out, p4_out, p5_out

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            widths = (3, 8, 12, 16)
            self.stages = nn.ModuleList(Conv2dSame(a, b, 3, 2) for a, b in zip(widths, widths[1:], strict=False))
            self.lateral = nn.ModuleList(nn.Conv2d(w, 12, 1) for w in widths[1:])
            self.bifpn = BiFPN()
            self.classifier = SeparableConv(12, 3 * 4, norm=False)

        def forward(self, x):
            feats = []
            for stage, lateral in zip(self.stages, self.lateral, strict=True):
                x = F.silu(stage(x))
                feats.append(lateral(x))
            out = [self.classifier(f).permute(0, 2, 3, 1).reshape(x.shape[0], -1, 4) for f in self.bifpn(*feats)]
            return torch.cat(out, dim=1).sigmoid()

    return Detector()
