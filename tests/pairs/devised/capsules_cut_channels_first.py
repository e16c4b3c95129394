"""Primary capsules are cut from a map that still has its channels first."""

INPUTS = ("12x12x1",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["reshape-order", "flatten-order", "permute-axes"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((12, 12, 1), name="x")
    h = layers.Conv2D(8, 3, activation="relu", name="c")(x)
    h = layers.Conv2D(16, 3, strides=2, name="p")(h)
    u = layers.Reshape((-1, 4), name="caps")(h)
    n = ops.sum(ops.square(u), axis=-1, keepdims=True)
    v = n / (1 + n) * u / ops.sqrt(n + 1e-7)
    y = layers.Dense(3, name="out")(layers.Flatten(name="fl")(v))
    return keras.Model(x, y)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.p, self.out = nn.Conv2d(1, 8, 3), nn.Conv2d(8, 16, 3, stride=2), nn.Linear(4 * 4 * 16, 3)

        def forward(self, x):
            h = self.p(F.relu(self.c(x)))
            u = h.reshape(len(x), -1, 4)
            n = (u**2).sum(-1, keepdim=True)
            v = (n / (1 + n)) * (u / torch.sqrt(n + 1e-7))
            return self.out(v.flatten(1))

    return Net()
