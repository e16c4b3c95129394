"""Inverted residuals with ReLU6, stride 2 behind an explicit pad, built in a loop on both sides."""

INPUTS = ("24x24x3",)
TRUTH = {"identical": True}

CONFIG = ((1, 8, 1), (3, 12, 2), (3, 12, 1))


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, conv, act=True):
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(conv(x))
        return layers.ReLU(6.0)(x) if act else x

    inputs = keras.Input((24, 24, 3))
    x = layers.ZeroPadding2D(((1, 1), (1, 1)))(inputs)
    x = conv_bn(x, layers.Conv2D(8, 3, 2, use_bias=False))
    for t, c, s in CONFIG:
        shortcut = x
        cin = x.shape[-1]
        if t != 1:
            x = conv_bn(x, layers.Conv2D(cin * t, 1, use_bias=False))
        if s == 2:
            x = layers.ZeroPadding2D(1)(x)
        x = conv_bn(x, layers.DepthwiseConv2D(3, s, padding="same" if s == 1 else "valid", use_bias=False))
        x = conv_bn(x, layers.Conv2D(c, 1, use_bias=False), act=False)
        if s == 1 and cin == c:
            x = layers.Add()([shortcut, x])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(inputs, layers.Dense(10)(x))


def torch_model():
    import torch
    from torch import nn

    class ConvBNReLU(nn.Sequential):
        def __init__(self, i, o, k=3, s=1, groups=1):
            super().__init__(
                nn.Conv2d(i, o, k, s, (k - 1) // 2, groups=groups, bias=False),
                nn.BatchNorm2d(o),
                nn.ReLU6(inplace=True),
            )

    class InvertedResidual(nn.Module):
        def __init__(self, i, o, s, t):
            super().__init__()
            self.use_res_connect = s == 1 and i == o
            h = i * t
            modules = [] if t == 1 else [ConvBNReLU(i, h, 1)]
            modules += [ConvBNReLU(h, h, 3, s, h), nn.Conv2d(h, o, 1, bias=False), nn.BatchNorm2d(o)]
            self.conv = nn.Sequential(*modules)

        def forward(self, x):
            return x + self.conv(x) if self.use_res_connect else self.conv(x)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            features, width = [ConvBNReLU(3, 8, s=2)], 8
            for t, c, s in CONFIG:
                features.append(InvertedResidual(width, c, s, t))
                width = c
            self.features = nn.Sequential(*features)
            self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(width, 10))

        def forward(self, x):
            x = self.features(x)
            x = nn.functional.adaptive_avg_pool2d(x, (1, 1))
            return self.classifier(torch.flatten(x, 1))

    return Net()
