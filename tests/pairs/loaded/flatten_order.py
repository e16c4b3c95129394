"""Convolutions agree, the first dense layer does not: its kernel was trained on channels-last pixels.

gzuidhof/nn-transfer issues 11 and 16, microsoft/MMdnn issue 250.
"""

INPUTS = ("8x8x2",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["flatten-order"], "keras": ["flatten", "dense"], "torch": ["fc1", "view", ""]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(8)
    shapes = ((3, 3, 2, 4), (4,), (36, 10), (10,), (10, 3), (3,))
    return [rng.normal(size=shape, scale=0.3).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="relu"),
            layers.Dense(3),
        ]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(2, 4, 3)
            self.fc1 = nn.Linear(36, 10)
            self.fc2 = nn.Linear(10, 3)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = x.view(x.size(0), -1)
            return self.fc2(F.relu(self.fc1(x)))

    net = Net()
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), trained(), strict=True):
            tensor = torch.from_numpy(array)
            parameter.copy_(
                tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor.T if tensor.dim() == 2 else tensor
            )
    return net
