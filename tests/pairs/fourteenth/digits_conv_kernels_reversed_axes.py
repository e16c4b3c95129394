"""A trained digit reader, exported as arrays and loaded on both sides: the loader for PyTorch reverses the axes of
every kernel with .T, which for a convolution also swaps height and width.
"""

INPUTS = ("28x28x1",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["conv-window-transposed"],
            "keras": ["conv1", "conv2"],
            "torch": ["conv1", "conv2"],
        }
    ],
}


def _arrays():
    import numpy as np

    rng = np.random.default_rng(14)
    shapes = {"conv1": (5, 5, 1, 6), "conv2": (3, 3, 6, 12), "fc1": (300, 20), "fc2": (20, 10)}
    found = {}
    for name, shape in shapes.items():
        fan = int(np.prod(shape[:-1]))
        found[f"{name}/kernel"] = (rng.standard_normal(shape) * np.sqrt(2 / fan)).astype("float32")
        found[f"{name}/bias"] = (rng.standard_normal(shape[-1]) * 0.1).astype("float32")
    return found


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, strides=2, activation="relu", name="conv1"),
            layers.Conv2D(12, 3, activation="relu", name="conv2"),
            layers.AveragePooling2D(2, name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(20, activation="relu", name="fc1"),
            layers.Dense(10, name="fc2"),
        ]
    )
    arrays = _arrays()
    for name in ("conv1", "conv2", "fc1", "fc2"):
        model.get_layer(name).set_weights([arrays[f"{name}/kernel"], arrays[f"{name}/bias"]])
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DigitNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5, stride=2)
            self.conv2 = nn.Conv2d(6, 12, 3)
            self.fc1 = nn.Linear(300, 20)
            self.fc2 = nn.Linear(20, 10)

        def forward(self, x):
            x = F.relu(self.conv2(F.relu(self.conv1(x))))
            x = F.avg_pool2d(x, 2).permute(0, 2, 3, 1).reshape(len(x), -1)
            return self.fc2(F.relu(self.fc1(x)))

    net = DigitNet()
    arrays = _arrays()
    state = {}
    for name in ("conv1", "conv2", "fc1", "fc2"):
        state[f"{name}.weight"] = torch.tensor(arrays[f"{name}/kernel"].T.copy())
        state[f"{name}.bias"] = torch.tensor(arrays[f"{name}/bias"])
    net.load_state_dict(state)
    return net
