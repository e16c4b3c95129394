"""Layers that only one side has: GaussianNoise, Identity, Activation("linear"), ActivityRegularization."""

INPUTS = ("14",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((14,)),
            layers.Dense(10),
            layers.Activation("linear"),
            layers.ReLU(max_value=6.0),
            layers.Dense(9, activation="softplus"),
            layers.Dense(3),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(14, 10), nn.ReLU6(), nn.Identity(), nn.Linear(10, 9), nn.Softplus())
            self.last = nn.Linear(9, 3)
            self.aux = nn.Identity()

        def forward(self, x):
            return self.aux(self.last(self.net(x)))

    return Net()
