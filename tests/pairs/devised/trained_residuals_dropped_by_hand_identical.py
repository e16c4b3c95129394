"""A residual net, trained alike: a dropout with a noise shape drops branches in Keras, code by hand in PyTorch."""

INPUTS = ["16"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = features = keras.Input((16,), name="features")
    for n, rate in enumerate((0.1, 0.2)):
        y = layers.Dense(16, activation="relu", name=f"branch_{n}")(x)
        y = layers.Dropout(rate, noise_shape=(None, 1), name=f"drop_{n}")(y)
        x = layers.Add(name=f"sum_{n}")([x, y])
    model = keras.Model(features, layers.Dense(1, name="answer")(layers.Dropout(0.3, name="drop")(x)))
    return model, keras.optimizers.SGD(0.02, momentum=0.9), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class DropPath(nn.Module):
        def __init__(self, rate):
            super().__init__()
            self.rate = rate

        def forward(self, x):
            if not self.training:
                return x
            keep = 1 - self.rate
            return x.div(keep) * torch.floor(keep + torch.rand(len(x), 1, dtype=x.dtype))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.branches = nn.ModuleList([nn.Linear(16, 16) for _ in range(2)])
            self.paths = nn.ModuleList([DropPath(0.1), DropPath(0.2)])
            self.drop, self.answer = nn.Dropout(0.3), nn.Linear(16, 1)

        def forward(self, x):
            for branch, path in zip(self.branches, self.paths, strict=True):
                x = x + path(torch.relu(branch(x)))
            return self.answer(self.drop(x))

    net = Net()
    return net, torch.optim.SGD(net.parameters(), 0.02, momentum=0.9), nn.MSELoss()
