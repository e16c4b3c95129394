"""A bidirectional LSTM loaded by hand, rightly: same gate order, one bias beside a zero one, both directions."""

INPUTS = ("6x3",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def trained():
    import numpy as np

    rng = np.random.default_rng(13)
    shapes = ((3, 16), (4, 16), (16,)) * 2
    return [rng.normal(size=shape, scale=0.6).astype("float32") for shape in shapes]


def keras_model():
    from keras import Sequential, layers

    model = Sequential([layers.Input((6, 3)), layers.Bidirectional(layers.LSTM(4, return_sequences=True))])
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 4, bidirectional=True, batch_first=True)

        def forward(self, x):
            out, _ = self.lstm(x)
            return out

    net = Encoder()
    arrays = [torch.from_numpy(array) for array in trained()]
    with torch.no_grad():
        for suffix, (kernel, recurrent, bias) in (("", arrays[:3]), ("_reverse", arrays[3:])):
            getattr(net.lstm, f"weight_ih_l0{suffix}").copy_(kernel.T)
            getattr(net.lstm, f"weight_hh_l0{suffix}").copy_(recurrent.T)
            getattr(net.lstm, f"bias_ih_l0{suffix}").copy_(bias)
            getattr(net.lstm, f"bias_hh_l0{suffix}").zero_()
    return net
