"""kernel.T on a four-dimensional array reverses all axes: height and width of the window are exchanged."""

INPUTS = ("9x9x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["conv-window-transposed", "conv-kernel-order"], "keras": ["conv2d"], "torch": ["0"]},
        {"rules": ["conv-window-transposed", "conv-kernel-order"], "keras": ["conv2d_1"], "torch": ["2"]},
    ],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(7)
    shapes = ((3, 3, 3, 6), (6,), (3, 3, 6, 4), (4,))
    return [rng.normal(size=shape, scale=0.3).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [layers.Input((9, 9, 3)), layers.Conv2D(6, 3, activation="tanh"), layers.Conv2D(4, 3, activation="tanh")]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    net = nn.Sequential(nn.Conv2d(3, 6, 3), nn.Tanh(), nn.Conv2d(6, 4, 3), nn.Tanh())
    for parameter, array in zip(net.parameters(), trained(), strict=True):
        parameter.data = torch.from_numpy(array.T.copy())
    return net
