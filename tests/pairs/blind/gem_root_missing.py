"""Image retrieval with generalised mean pooling; the p-th root was lost on the PyTorch side."""

INPUTS = ("17x17x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["pool-other", "activation-other"], "keras": ["gem", "whiten"], "torch": ["pool*", "whiten", ""]}
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable(package="retrieval")
    class GeM(layers.Layer):
        def __init__(self, p=3.0, epsilon=1e-6, **kwargs):
            super().__init__(**kwargs)
            self.init_p = p
            self.epsilon = epsilon

        def build(self, input_shape):
            self.p = self.add_weight(shape=(), initializer=keras.initializers.Constant(self.init_p), name="p")

        def call(self, x):
            x = ops.power(ops.maximum(x, self.epsilon), self.p)
            return ops.power(ops.mean(x, axis=[1, 2]), 1.0 / self.p)

    images = keras.Input((17, 17, 3))
    x = images
    for i, (width, stride) in enumerate(((8, 1), (12, 2), (16, 2))):
        x = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn{i}")(x)
        x = layers.ReLU(name=f"relu{i}")(x)
    x = GeM(name="gem")(x)
    x = layers.Dense(10, name="whiten")(x)
    return keras.Model(images, layers.UnitNormalization(name="l2")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class GeM(nn.Module):
        def __init__(self, p=3.0, eps=1e-6):
            super().__init__()
            self.p = nn.Parameter(torch.ones(1) * p)
            self.eps = eps

        def forward(self, x):
            return F.avg_pool2d(x.clamp(min=self.eps).pow(self.p), (x.size(-2), x.size(-1)))

    class RetrievalNet(nn.Module):
        def __init__(self):
            super().__init__()
            feats, c = [], 3
            for width, stride in ((8, 1), (12, 2), (16, 2)):
                feats += [nn.Conv2d(c, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                c = width
            self.features = nn.Sequential(*feats)
            self.pool = GeM()
            self.whiten = nn.Linear(c, 10)

        def forward(self, x):
            o = self.pool(self.features(x)).squeeze(-1).squeeze(-1)
            return F.normalize(self.whiten(o), p=2, dim=-1)

    return RetrievalNet()
