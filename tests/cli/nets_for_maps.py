"""A pair whose two middle layers could be taken for each other, and one that keeps q, k and v in one tensor."""


def stacked(units=4, last=3):
    from keras import Input, Sequential, layers

    named = [layers.Dense(units, name="first"), layers.Dense(units, name="second"), layers.Dense(last, name="third")]
    return Sequential([Input((units,)), named[0], layers.ReLU(name="relu"), *named[1:]])


def stacked_in_torch(units=4, last=3):
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two, self.three = nn.Linear(units, units), nn.Linear(units, units), nn.Linear(units, last)
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.three(self.two(self.relu(self.one(x))))

    return Net()


def one_layer_less_in_torch(units=4, last=3):
    from torch import nn

    return nn.Sequential(nn.Linear(units, units), nn.ReLU(), nn.Linear(units, last))


def attending():
    from keras import Input, Model, layers

    x = Input((5, 8))
    return Model(x, layers.MultiHeadAttention(2, 4, name="mha")(x, x))


def attending_in_torch():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, x):
            return self.attn(x, x, x, need_weights=False)[0]

    return Net()
