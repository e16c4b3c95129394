"""The second statistic of my spatial attention is the smallest channel."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["pool-other", "activation-other", "wiring-other"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)
    a = ops.concatenate([ops.mean(y, -1, keepdims=True), ops.max(y, -1, keepdims=True)], -1)
    y = y * layers.Conv2D(1, 7, padding="same", activation="sigmoid", use_bias=False, name="sp")(a)
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
            self.sp = nn.Conv2d(2, 1, 7, padding=3, bias=False)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            y = y * torch.sigmoid(self.sp(torch.cat([y.mean(1, keepdim=True), y.amin(1, keepdim=True)], 1)))
            return self.out(y.mean((2, 3)))

    return Net()
