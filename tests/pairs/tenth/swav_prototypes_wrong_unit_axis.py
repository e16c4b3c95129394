"""SwAV head: the prototypes are brought to unit length before the scores; the PyTorch code says dim=1 and the Keras
port says the last axis, but its kernel lies the other way round.
"""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-axis", "dense-kernel-transposed"],
            "keras": ["prototypes", "prototypes/*"],
            "torch": ["prototypes", "linear*", "normalize*", "div*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Prototypes(layers.Layer):
        def __init__(self, count, **kwargs):
            super().__init__(**kwargs)
            self.count = count

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], self.count), name="kernel")

        def call(self, x):
            return ops.matmul(x, ops.normalize(self.kernel, axis=-1))

    def encoder(image):
        x = image
        for i, filters in enumerate((16, 32, 48)):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{i}")(x)
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"conv{i}_bn")(x)
            x = layers.MaxPooling2D(2)(layers.ReLU()(x))
        return layers.GlobalAveragePooling2D()(x)

    image = keras.Input((24, 24, 3))
    x = layers.Dense(64, name="hidden")(encoder(image))
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="hidden_bn")(x)
    x = layers.Dense(20, name="embed")(layers.ReLU()(x))
    x = layers.UnitNormalization(name="unit")(x)
    return keras.Model(image, Prototypes(30, name="prototypes")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class SwAV(nn.Module):
        def __init__(self, output_dim=20, nmb_prototypes=30):
            super().__init__()
            stages, width = [], 3
            for planes in (16, 32, 48):
                stages += [nn.Conv2d(width, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)]
                stages += [nn.ReLU(inplace=True), nn.MaxPool2d(2)]
                width = planes
            self.backbone = nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten())
            self.projection_head = nn.Sequential(
                nn.Linear(48, 64), nn.BatchNorm1d(64), nn.ReLU(inplace=True), nn.Linear(64, output_dim)
            )
            self.prototypes = nn.Linear(output_dim, nmb_prototypes, bias=False)

        def forward(self, x):
            z = F.normalize(self.projection_head(self.backbone(x)), dim=1)
            w = F.normalize(self.prototypes.weight, dim=1, p=2)
            return F.linear(z, w)

    return SwAV()
