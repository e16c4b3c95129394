"""Channels-first network inside, turned with ``x.mT`` at both ends."""

INPUTS = ("20x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((20, 2))
    x = layers.Conv1D(6, 1, name="front")(x)
    for i, d in enumerate((1, 2)):
        f = layers.Conv1D(6, 3, dilation_rate=d, padding="causal", activation="tanh", name=f"filter_{i}")(x)
        g = layers.Conv1D(6, 3, dilation_rate=d, padding="causal", activation="sigmoid", name=f"gate_{i}")(x)
        x = x + f * g
    return keras.Model(inputs, layers.Conv1D(2, 1, name="sample")(x))


def torch_model():
    import torch
    from torch import nn

    class CausalConv(nn.Conv1d):
        def forward(self, x):
            left = (self.kernel_size[0] - 1) * self.dilation[0]
            return super().forward(nn.functional.pad(x, (left, 0)))

    class Layer(nn.Module):
        def __init__(self, dilation):
            super().__init__()
            self.filter = CausalConv(6, 6, 3, dilation=dilation)
            self.gate = CausalConv(6, 6, 3, dilation=dilation)

        def forward(self, x):
            f = torch.tanh(self.filter(x))
            return x + f * torch.sigmoid(self.gate(x))

    class Vocoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.front = nn.Conv1d(2, 6, 1)
            self.layers = nn.Sequential(Layer(1), Layer(2))
            self.sample = nn.Conv1d(6, 2, 1)

        def forward(self, x):
            return self.sample(self.layers(self.front(x.mT))).mT

    return Vocoder()
