"""The attention over the steps is computed and then a plain mean taken."""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["pool-other", "scale-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((12, 5), name="x")
    h = layers.GRU(8, return_sequences=True, name="gru")(x)
    s = layers.Dense(1, use_bias=False, name="v")(layers.Dense(8, activation="tanh", name="w")(h))
    a = layers.Softmax(axis=1, name="a")(s)
    y = ops.sum(a * h, axis=1)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(5, 8, batch_first=True)
            self.w, self.v = nn.Linear(8, 8), nn.Linear(8, 1, bias=False)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            h, _ = self.gru(x)
            a = self.v(torch.tanh(self.w(h))).softmax(1)
            return self.out((a * h).mean(1))

    return Net()
