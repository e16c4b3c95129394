"""The weights of the steps come from a sigmoid and not from a softmax."""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["activation-other"], "keras": ["*"], "torch": ["*"]}]}


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
            a = torch.sigmoid(self.v(torch.tanh(self.w(h))))
            return self.out((a * h).sum(1))

    return Net()
