"""The divisor of the response normalisation has another small number in the port."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["norm-epsilon", "normalize-epsilon"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)

    class GRN(layers.Layer):
        def build(self, s):
            self.g = self.add_weight(shape=(8,), initializer="ones", name="g")
            self.b = self.add_weight(shape=(8,), initializer="zeros", name="b")

        def call(self, x):
            gx = ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True))
            nx = gx / (ops.mean(gx, axis=-1, keepdims=True) + 1e-6)
            return self.g * (x * nx) + self.b + x

    y = GRN(name="grn")(y)
    y = layers.GlobalAveragePooling2D(name="gap")(y)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, padding=1)
            self.g, self.b = nn.Parameter(torch.ones(1, 8, 1, 1)), nn.Parameter(torch.zeros(1, 8, 1, 1))
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            gx = y.norm(p=2, dim=(2, 3), keepdim=True)
            nx = gx / (gx.mean(1, keepdim=True) + 1e-3)
            y = self.g * (y * nx) + self.b + y
            return self.out(y.mean((2, 3)))

    return Net()
