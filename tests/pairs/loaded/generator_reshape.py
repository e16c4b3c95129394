"""DCGAN generator: the dense layer is loaded right, view(-1, C, H, W) fills the image in another order."""

INPUTS = ("10",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["reshape-order"], "keras": ["reshape", "conv2d_transpose"], "torch": ["view", "up", ""]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(9)
    shapes = ((10, 48), (48,), (2, 2, 1, 3), (1,))
    return [rng.normal(size=shape, scale=0.4).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((10,)),
            layers.Dense(48, activation="relu"),
            layers.Reshape((4, 4, 3)),
            layers.Conv2DTranspose(1, 2, strides=2, activation="tanh"),
        ]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.project = nn.Linear(10, 48)
            self.up = nn.ConvTranspose2d(3, 1, 2, stride=2)

        def forward(self, z):
            x = torch.relu(self.project(z)).view(-1, 3, 4, 4)
            return torch.tanh(self.up(x))

    kernel, bias, window, shift = (torch.from_numpy(array) for array in trained())
    net = Generator()
    with torch.no_grad():
        net.project.weight.copy_(kernel.T)
        net.project.bias.copy_(bias)
        net.up.weight.copy_(window.permute(3, 2, 0, 1))
        net.up.bias.copy_(shift)
    return net
