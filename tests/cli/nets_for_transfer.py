"""A small pair with every kind of stored number: weights, running statistics, a counter, two biases for one."""

from functools import partial


def keras_net(units=4):
    from keras import Input, Model, layers

    series = Input((None, 3), name="series")
    x = layers.LSTM(5, name="lstm")(series)
    x = layers.Dense(units, name="body.dense")(x)
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="body.norm")(x)
    return Model(series, layers.Dense(2, name="head")(x))


def torch_net(units=4):
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 5, batch_first=True)
            self.body = nn.ModuleDict({"dense": nn.Linear(5, units), "norm": nn.BatchNorm1d(units)})
            self.head = nn.Linear(units, 2)

        def forward(self, series):
            last = self.lstm(series)[0][:, -1]
            return self.head(self.body["norm"](self.body["dense"](last)))

    return Net()


wider_torch_net = partial(torch_net, 7)


def double_torch_net():
    return torch_net().double()


def tied_torch_net():
    net = torch_net()
    net.body["again"] = net.body["dense"]
    return net
