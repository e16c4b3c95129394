"""LSTM weights exchanged through a toolkit whose gates are i, f, o, c: I kept that order in PyTorch.

community.konduit.ai topic 124; discuss.pytorch.org topic 146907.
"""

INPUTS = ("7x4",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["lstm-gate-order"], "keras": ["lstm"], "torch": ["lstm"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(10)
    shapes = ((4, 20), (5, 20), (20,), (5, 2), (2,))
    return [rng.normal(size=shape, scale=0.6).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential([layers.Input((7, 4)), layers.LSTM(5), layers.Dense(2)])
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(4, 5, batch_first=True)
            self.fc = nn.Linear(5, 2)

        def forward(self, x):
            return self.fc(self.lstm(x)[0][:, -1])

    def reordered(array):
        i, f, c, o = array.chunk(4, dim=-1)
        return torch.cat([i, f, o, c], dim=-1)

    kernel, recurrent, bias, dense_kernel, dense_bias = (torch.from_numpy(array) for array in trained())
    net = Net()
    with torch.no_grad():
        net.lstm.weight_ih_l0.copy_(reordered(kernel).T)
        net.lstm.weight_hh_l0.copy_(reordered(recurrent).T)
        net.lstm.bias_ih_l0.copy_(reordered(bias))
        net.lstm.bias_hh_l0.zero_()
        net.fc.weight.copy_(dense_kernel.T)
        net.fc.bias.copy_(dense_bias)
    return net
