"""Depthwise kernel with multiplier 2, moved to PyTorch by permute(3, 2, 0, 1) and a reshape: channels are mixed."""

INPUTS = ("10x10x4",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["depthwise-channel-order"], "keras": ["depthwise"], "torch": ["depthwise"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(5)
    shapes = ((3, 3, 4, 2), (8,), (1, 1, 8, 6), (6,), (6, 3), (3,))
    return [rng.normal(size=shape, scale=0.5).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((10, 10, 4)),
            layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu", name="depthwise"),
            layers.Conv2D(6, 1, activation="relu", name="pointwise"),
            layers.GlobalAveragePooling2D(name="pool"),
            layers.Dense(3, name="fc"),
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
            self.depthwise = nn.Conv2d(4, 8, 3, padding=1, groups=4)
            self.pointwise = nn.Conv2d(8, 6, 1)
            self.fc = nn.Linear(6, 3)

        def forward(self, x):
            x = torch.relu(self.pointwise(torch.relu(self.depthwise(x))))
            return self.fc(x.mean(dim=(-2, -1)))

    depthwise, bias, pointwise, pointwise_bias, kernel, last = (torch.from_numpy(array) for array in trained())
    net = Net()
    with torch.no_grad():
        net.depthwise.weight.copy_(depthwise.permute(3, 2, 0, 1).reshape(8, 1, 3, 3))
        net.depthwise.bias.copy_(bias)
        net.pointwise.weight.copy_(pointwise.permute(3, 2, 0, 1))
        net.pointwise.bias.copy_(pointwise_bias)
        net.fc.weight.copy_(kernel.T)
        net.fc.bias.copy_(last)
    return net
