"""The library's MobileNetV3-Small at a quarter of its width, rescaling switched off, against a table-driven rewrite in
PyTorch that pads strided convolutions at the far end and keeps the statistics with momentum 0.001.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}
LIBRARIES = ("keras",)


def keras_model():
    import keras

    return keras.applications.MobileNetV3Small(
        input_shape=(32, 32, 3),
        alpha=0.25,
        weights=None,
        classes=10,
        dropout_rate=0.2,
        classifier_activation=None,
        include_preprocessing=False,
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def make_divisible(v, divisor=8):
        new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
        return new_v + divisor if new_v < 0.9 * v else new_v

    def norm(channels):
        return nn.BatchNorm2d(channels, eps=0.001, momentum=0.001)

    class SamePad(nn.Module):
        def __init__(self, kernel, stride):
            super().__init__()
            self.first = (kernel - 1) // 2 if stride == 1 else kernel // 2 - 1
            self.last = kernel // 2

        def forward(self, x):
            return F.pad(x, (self.first, self.last, self.first, self.last))

    class SELayer(nn.Module):
        def __init__(self, channel):
            super().__init__()
            self.fc = nn.Sequential(
                nn.Linear(channel, make_divisible(channel // 4)),
                nn.ReLU(inplace=True),
                nn.Linear(make_divisible(channel // 4), channel),
                nn.Hardsigmoid(),
            )

        def forward(self, x):
            weight = self.fc(x.mean((2, 3)))
            return x * weight[:, :, None, None]

    class InvertedResidual(nn.Module):
        def __init__(self, inp, hidden, oup, kernel, stride, use_se, use_hs):
            super().__init__()
            self.identity = stride == 1 and inp == oup
            act = nn.Hardswish if use_hs else nn.ReLU
            steps = []
            if hidden is not None:
                steps += [nn.Conv2d(inp, hidden, 1, bias=False), norm(hidden), act()]
            hidden = hidden or inp
            steps += [
                SamePad(kernel, stride),
                nn.Conv2d(hidden, hidden, kernel, stride, groups=hidden, bias=False),
                norm(hidden),
                act(),
                SELayer(hidden) if use_se else nn.Identity(),
                nn.Conv2d(hidden, oup, 1, bias=False),
                norm(oup),
            ]
            self.conv = nn.Sequential(*steps)

        def forward(self, x):
            return x + self.conv(x) if self.identity else self.conv(x)

    class MobileNetV3(nn.Module):
        # kernel, expansion, channels, squeeze, hard swish, stride
        cfgs = (
            (3, None, 16, 1, 0, 2),
            (3, 72 / 16, 24, 0, 0, 2),
            (3, 88 / 24, 24, 0, 0, 1),
            (5, 4, 40, 1, 1, 2),
            (5, 6, 40, 1, 1, 1),
            (5, 6, 40, 1, 1, 1),
            (5, 3, 48, 1, 1, 1),
            (5, 3, 48, 1, 1, 1),
            (5, 6, 96, 1, 1, 2),
            (5, 6, 96, 1, 1, 1),
            (5, 6, 96, 1, 1, 1),
        )

        def __init__(self, width_mult=0.25, num_classes=10):
            super().__init__()
            stem = nn.Sequential(SamePad(3, 2), nn.Conv2d(3, 16, 3, 2, bias=False), norm(16), nn.Hardswish())
            blocks, inp = [stem], 16
            for k, t, c, se, hs, s in self.cfgs:
                oup = make_divisible(c * width_mult)
                blocks.append(InvertedResidual(inp, t and make_divisible(inp * t), oup, k, s, se, hs))
                inp = oup
            self.features = nn.Sequential(*blocks)
            self.conv = nn.Sequential(nn.Conv2d(inp, 6 * inp, 1, bias=False), norm(6 * inp), nn.Hardswish())
            self.classifier = nn.Sequential(
                nn.Linear(6 * inp, 1024), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(1024, num_classes)
            )

        def forward(self, x):
            x = self.conv(self.features(x))
            return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return MobileNetV3()
