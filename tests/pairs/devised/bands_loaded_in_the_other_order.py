"""A recurrent net on maps of a spectrogram with the weights of Keras: the kernel of the LSTM is transposed as it should
be, but its rows follow bands and channels, and the code lists channels and bands.
"""

INPUTS = ("6x4x1",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["flatten-order"], "keras": ["reshape*", "lstm"], "torch": ["lstm", "flatten", ""]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(3)
    shapes = ((3, 3, 1, 5), (5,), (20, 28), (7, 28), (28,), (7, 3), (3,))
    return [rng.normal(size=shape, scale=0.3).astype("float32") for shape in shapes]


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            layers.Input((6, 4, 1)),
            layers.Conv2D(5, 3, padding="same", activation="relu"),
            layers.Reshape((6, 20)),
            layers.LSTM(7),
            layers.Dense(3),
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
            self.conv = nn.Conv2d(1, 5, 3, padding=1)
            self.lstm = nn.LSTM(20, 7, batch_first=True)
            self.out = nn.Linear(7, 3)

        def forward(self, x):
            x = self.conv(x).relu().transpose(1, 2).flatten(2)
            return self.out(self.lstm(x)[0][:, -1])

    net = Net()
    conv, conv_bias, kernel, recurrent, bias, out, out_bias = map(torch.from_numpy, trained())
    with torch.no_grad():
        net.conv.weight.copy_(conv.permute(3, 2, 0, 1))
        net.conv.bias.copy_(conv_bias)
        net.lstm.weight_ih_l0.copy_(kernel.T)
        net.lstm.weight_hh_l0.copy_(recurrent.T)
        net.lstm.bias_ih_l0.copy_(bias)
        net.lstm.bias_hh_l0.zero_()
        net.out.weight.copy_(out.T)
        net.out.bias.copy_(out_bias)
    return net
