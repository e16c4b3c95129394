"""GoogLeNet stem and one inception block: alpha=1e-4 and size 5 in both response norms, conv2 is already off.

The Keras layer is the one of the well-known GoogLeNet gist, PyTorch has nn.LocalResponseNorm.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": [
                "response-norm-alpha",
                "scale-other",
                "norm-other",
                "activation-parameter",
                "average-pool-padding",
                "norm-epsilon",
            ],
            "keras": ["pool1_norm1"],
            "torch": ["norm1", "norm1*"],
        },
        {
            "rules": [
                "response-norm-alpha",
                "scale-other",
                "norm-other",
                "activation-parameter",
                "average-pool-padding",
                "norm-epsilon",
            ],
            "keras": ["conv2_norm2"],
            "torch": ["norm2", "norm2*"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops
    from keras.layers import Concatenate, Conv2D, Dense, Flatten, Input, MaxPooling2D, ZeroPadding2D

    class LRN(layers.Layer):
        def __init__(self, alpha=0.0001, k=1, beta=0.75, n=5, **kwargs):
            self.alpha, self.k, self.beta, self.n = alpha, k, beta, n
            super().__init__(**kwargs)

        def call(self, x):
            ch = x.shape[-1]
            half_n = self.n // 2
            extra = ops.pad(ops.square(x), [[0, 0], [0, 0], [0, 0], [half_n, half_n]])
            scale = self.k
            for i in range(self.n):
                scale = scale + self.alpha * extra[:, :, :, i : i + ch]
            return x / scale**self.beta

    image = Input((32, 32, 3))
    x = ZeroPadding2D(3)(image)
    x = Conv2D(8, 7, strides=2, activation="relu", name="conv1_7x7_s2")(x)
    x = MaxPooling2D(3, strides=2, name="pool1_3x3_s2")(x)
    x = LRN(name="pool1_norm1")(x)
    x = Conv2D(8, 1, activation="relu", name="conv2_3x3_reduce")(x)
    x = Conv2D(12, 3, padding="same", activation="relu", name="conv2_3x3")(x)
    x = LRN(name="conv2_norm2")(x)
    one = Conv2D(4, 1, activation="relu", name="inception_3a_1x1")(x)
    three = Conv2D(4, 1, activation="relu", name="inception_3a_3x3_reduce")(x)
    three = Conv2D(6, 3, padding="same", activation="relu", name="inception_3a_3x3")(three)
    pool = MaxPooling2D(3, strides=1, padding="same", name="inception_3a_pool")(x)
    pool = Conv2D(4, 1, activation="relu", name="inception_3a_pool_proj")(pool)
    x = Concatenate(name="inception_3a_output")([one, three, pool])
    return keras.Model(image, Dense(5, activation="softmax", name="loss3_classifier")(Flatten()(x)))


def torch_model():
    import torch
    from torch import nn

    class GoogLeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 7, stride=2, padding=3)
            self.pool1 = nn.MaxPool2d(3, 2)
            self.norm1 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)
            self.reduce = nn.Conv2d(8, 8, 1)
            self.conv2 = nn.Conv2d(8, 12, 3, padding=1)
            self.norm2 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)
            self.b1 = nn.Sequential(nn.Conv2d(12, 4, 1), nn.ReLU())
            self.b2 = nn.Sequential(nn.Conv2d(12, 4, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU())
            self.b3 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(12, 4, 1), nn.ReLU())
            self.classifier = nn.Linear(14 * 7 * 7, 5)

        def forward(self, x):
            x = self.norm1(self.pool1(self.conv1(x).relu()))
            x = self.norm2(self.conv2(self.reduce(x).relu()).relu())
            x = torch.cat([branch(x) for branch in (self.b1, self.b2, self.b3)], dim=1)
            return self.classifier(x.flatten(1)).softmax(1)

    return GoogLeNet()
