"""Single-head attention written by hand: softmax over dim=1, which are the queries."""

INPUTS = ("6x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["softmax", "attn*"],
            "torch": ["softmax", "attention.softmax", "attention"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((6, 5))
    q = layers.Dense(4, use_bias=False, name="q")(inputs)
    k = layers.Dense(4, use_bias=False, name="k")(inputs)
    v = layers.Dense(4, use_bias=False, name="v")(inputs)
    scores = layers.Dot(axes=(2, 2))([q, k])
    scores = layers.Rescaling(0.5)(scores)
    weights = layers.Softmax(axis=-1)(scores)
    x = layers.Dot(axes=(2, 1))([weights, v])
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(2, name="out")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q = nn.Linear(5, 4, bias=False)
            self.k = nn.Linear(5, 4, bias=False)
            self.v = nn.Linear(5, 4, bias=False)
            self.out = nn.Linear(24, 2)

        def forward(self, x):
            q, k, v = self.q(x), self.k(x), self.v(x)
            weights = torch.softmax(torch.bmm(q, k.mT) / math.sqrt(q.size(-1)), dim=1)
            return self.out(torch.bmm(weights, v).reshape(len(x), -1))

    return Net()
