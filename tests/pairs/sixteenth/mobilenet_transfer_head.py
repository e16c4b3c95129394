"""Transfer learning with a thin MobileNet of Keras, cut in the middle, and a head of two layers; the PyTorch side is
written out by hand with uneven padding in front of each stride.
"""

LIBRARIES = ("keras.applications",)
INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    base = keras.applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, include_top=False, weights=None)
    backbone = keras.Model(base.input, base.get_layer("conv_pw_6_relu").output, name="backbone")
    image = keras.Input((32, 32, 3))
    x = backbone(image)
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    x = layers.BatchNormalization(name="head_bn")(x)
    x = layers.Dense(24, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.3, name="head_drop")(x)
    return keras.Model(image, layers.Dense(5, activation="softmax", name="head_classes")(x))


def torch_model():
    from collections import OrderedDict

    from torch import nn

    def bn(cls, width):
        return cls(width, eps=1e-3, momentum=0.01)

    def unit(cin, cout, k, stride=1, groups=1):
        layers = OrderedDict()
        if stride > 1:
            layers["pad"] = nn.ConstantPad2d((0, 1, 0, 1), 0.0)
        layers["conv"] = nn.Conv2d(
            cin, cout, k, stride=stride, padding=0 if stride > 1 else k // 2, groups=groups, bias=False
        )
        layers["norm"] = bn(nn.BatchNorm2d, cout)
        layers["act"] = nn.Hardtanh(0.0, 6.0)
        return nn.Sequential(layers)

    class MobileNetHead(nn.Module):
        CFG = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2))

        def __init__(self, num_classes=5):
            super().__init__()
            features, width = [unit(3, 8, 3, 2)], 8
            for out, stride in self.CFG:
                features += [unit(width, width, 3, stride, width), unit(width, out, 1)]
                width = out
            self.classifier = nn.Sequential(
                bn(nn.BatchNorm1d, width), nn.Linear(width, 24), nn.ReLU(), nn.Dropout(0.3), nn.Linear(24, num_classes)
            )
            self.features = nn.Sequential(*features)

        def forward(self, x):
            x = self.features(x).mean(dim=(2, 3))
            return self.classifier(x).softmax(dim=-1)

    return MobileNetHead()
