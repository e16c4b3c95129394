"""load_state_dict(strict=False) said nothing, and my converted classifier answers nonsense: its head is random."""

INPUTS = ("6x6x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["weights-never-loaded"], "keras": ["dense"], "torch": ["classifier"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(3)
    shapes = ((3, 3, 3, 8), (8,), (8, 4), (4,))
    return [rng.normal(size=shape, scale=0.3).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((6, 6, 3)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4),
        ]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
            self.classifier = nn.Linear(8, 4)

        def forward(self, x):
            return self.classifier(self.features(x))

    kernel, bias, dense_kernel, dense_bias = (torch.from_numpy(array) for array in trained())
    state = {
        "features.0.weight": kernel.permute(3, 2, 0, 1),
        "features.0.bias": bias,
        "head.weight": dense_kernel.T,
        "head.bias": dense_bias,
    }
    net = Net()
    net.load_state_dict(state, strict=False)
    return net
