"""A hidden layer with as many inputs as outputs: the forgotten transpose raises no error."""

INPUTS = ("10",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dense-kernel-transposed"], "keras": ["hidden"], "torch": ["fc2"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(6)
    shapes = ((10, 8), (8,), (8, 8), (8,), (8, 2), (2,))
    return [rng.normal(size=shape, scale=0.4).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((10,)),
            layers.Dense(8, activation="relu", name="first"),
            layers.Dense(8, activation="relu", name="hidden"),
            layers.Dense(2, name="scores"),
        ]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(10, 8)
            self.fc2 = nn.Linear(8, 8)
            self.fc3 = nn.Linear(8, 2)

        def forward(self, x):
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            return self.fc3(x)

    def fitting(array, shape):
        return torch.from_numpy(array if array.shape == shape else array.T)

    net = MLP()
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), trained(), strict=True):
            parameter.copy_(fitting(array, tuple(parameter.shape)))
    return net
