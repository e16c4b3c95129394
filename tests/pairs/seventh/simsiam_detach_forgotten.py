"""SimSiam on two views. Loss values agree to the last digit, yet in PyTorch everything collapses after an epoch."""

INPUTS = ("12x12x3", "12x12x3")
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["gradient-stopped"], "keras": ["*"], "torch": ["*"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers, ops

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    class SimSiam(keras.Model):
        def __init__(self):
            super().__init__()
            self.backbone = keras.Sequential(
                [
                    layers.Conv2D(8, 3, strides=2, activation="relu", name="conv_0"),
                    layers.Conv2D(12, 3, activation="relu", name="conv_1"),
                    layers.GlobalAveragePooling2D(),
                ],
                name="backbone",
            )
            self.projector = keras.Sequential([layers.Dense(10, name="proj"), norm("proj_bn")], name="projector")
            self.predictor = keras.Sequential(
                [
                    layers.Dense(6, use_bias=False, name="pred_0"),
                    norm("pred_bn"),
                    layers.ReLU(),
                    layers.Dense(10, name="pred_1"),
                ],
                name="predictor",
            )

        def call(self, views, training=None):
            z1, z2 = (self.projector(self.backbone(v, training=training), training=training) for v in views)
            p1, p2 = self.predictor(z1, training=training), self.predictor(z2, training=training)
            z1, z2 = ops.stop_gradient(z1), ops.stop_gradient(z2)
            return -(self.cosine(p1, z2) + self.cosine(p2, z1)) / 2

        def cosine(self, p, z):
            p = p * ops.rsqrt(ops.sum(p * p, axis=-1, keepdims=True) + 1e-6)
            z = z * ops.rsqrt(ops.sum(z * z, axis=-1, keepdims=True) + 1e-6)
            return ops.sum(p * z, axis=-1, keepdims=True)

    return SimSiam()


def torch_model():
    from torch import nn

    def distance(p, z):
        p = p / (p.square().sum(dim=1, keepdim=True) + 1e-6).sqrt()
        z = z / (z.square().sum(dim=1, keepdim=True) + 1e-6).sqrt()
        return -(p * z).sum(dim=1, keepdim=True)

    class SimSiam(nn.Module):
        def __init__(self):
            super().__init__()
            backbone = [nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 12, 3), nn.ReLU()]
            self.encoder = nn.Sequential(
                *backbone, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 10), nn.BatchNorm1d(10)
            )
            self.predictor = nn.Sequential(nn.Linear(10, 6, bias=False), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 10))

        def forward(self, x1, x2):
            z1, z2 = self.encoder(x1), self.encoder(x2)
            p1, p2 = self.predictor(z1), self.predictor(z2)
            return distance(p1, z2) / 2 + distance(p2, z1) / 2

    return SimSiam()
