"""GRU weights copied as they are: the first two gates have changed places.

keras-team/keras issue 8720.
"""

INPUTS = ("7x4",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["gru-gate-order"], "keras": ["gru"], "torch": ["gru"]}],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(11)
    shapes = ((4, 15), (5, 15), (2, 15))
    return [rng.normal(size=shape, scale=0.6).astype("float32") for shape in shapes]


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((7, 4))
    model = keras.Model(inputs, layers.GRU(5, return_sequences=True)(inputs))
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(4, 5, batch_first=True)

        def forward(self, x):
            return self.gru(x)[0]

    kernel, recurrent, bias = (torch.from_numpy(array) for array in trained())
    net = Encoder()
    with torch.no_grad():
        net.gru.weight_ih_l0.copy_(kernel.T)
        net.gru.weight_hh_l0.copy_(recurrent.T)
        net.gru.bias_ih_l0.copy_(bias[0])
        net.gru.bias_hh_l0.copy_(bias[1])
    return net
