"""zip(get_weights(), state_dict()) put the moving variance where the mean belongs.

gzuidhof/nn-transfer issue 7 is about the order of these four.
"""

INPUTS = ("8x8x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["norm-statistics-swapped"], "keras": ["batch_normalization"], "torch": ["bn"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(5)
    kernel = rng.normal(size=(3, 3, 3, 8), scale=0.3)
    gamma, beta = rng.normal(size=8), rng.normal(size=8)
    mean, variance = rng.uniform(0.1, 1.0, size=8), rng.uniform(0.5, 2.0, size=8)
    return [array.astype("float32") for array in (kernel, gamma, beta, mean, variance)]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(8, 3, use_bias=False),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.GlobalAveragePooling2D(),
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
            self.conv = nn.Conv2d(3, 8, 3, bias=False)
            self.bn = nn.BatchNorm2d(8)

        def forward(self, x):
            return self.bn(self.conv(x)).mean((2, 3))

    kernel, gamma, beta, mean, variance = (torch.from_numpy(array) for array in trained())
    net = Net()
    net.load_state_dict(
        {
            "conv.weight": kernel.permute(3, 2, 0, 1),
            "bn.weight": gamma,
            "bn.bias": beta,
            "bn.running_mean": variance,
            "bn.running_var": mean,
        },
        strict=False,
    )
    return net
