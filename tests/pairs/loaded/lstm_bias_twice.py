"""PyTorch has two LSTM biases, so I put the Keras bias into both.

stackoverflow.com question 48361376, discuss.pytorch.org topic 110741.
"""

INPUTS = ("7x4",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["recurrent-two-biases"], "keras": ["lstm"], "torch": ["rnn"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(12)
    shapes = ((4, 20), (5, 20), (20,))
    return [rng.normal(size=shape, scale=0.6).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential([layers.Input((7, 4)), layers.LSTM(5)])
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.LSTM(4, 5, batch_first=True)

        def forward(self, x):
            _, (h, _) = self.rnn(x)
            return h[0]

    kernel, recurrent, bias = (torch.from_numpy(array) for array in trained())
    net = Net()
    net.rnn.load_state_dict(
        {"weight_ih_l0": kernel.T, "weight_hh_l0": recurrent.T, "bias_ih_l0": bias, "bias_hh_l0": bias}
    )
    return net
