"""WaveNet: outputs agree, PyTorch counts 72 weights more: the last residual convolution leads nowhere."""

INPUTS = ("24x2",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["layer-missing"], "keras": ["*"], "torch": ["blocks.3.res"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    def residual_block(x, filters, dilation):
        f = layers.Conv1D(filters, 2, dilation_rate=dilation, padding="causal", activation="tanh")(x)
        g = layers.Conv1D(filters, 2, dilation_rate=dilation, padding="causal", activation="sigmoid")(x)
        z = layers.Multiply()([f, g])
        skip = layers.Conv1D(filters, 1)(z)
        res = layers.Conv1D(filters, 1)(z)
        return layers.Add()([x, res]), skip

    audio = keras.Input((24, 2))
    x = layers.Conv1D(8, 1)(audio)
    skips = []
    for i in range(4):
        x, skip = residual_block(x, 8, 2**i)
        skips.append(skip)
    x = layers.Activation("relu")(layers.Add()(skips))
    x = layers.Conv1D(6, 1, activation="relu")(x)
    return keras.Model(audio, layers.Conv1D(5, 1, activation="softmax")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ResidualBlock(nn.Module):
        def __init__(self, c, dilation):
            super().__init__()
            self.left = dilation
            self.filter = nn.Conv1d(c, c, 2, dilation=dilation)
            self.gate = nn.Conv1d(c, c, 2, dilation=dilation)
            self.skip = nn.Conv1d(c, c, 1)
            self.res = nn.Conv1d(c, c, 1)

        def forward(self, x):
            padded = F.pad(x, (self.left, 0))
            z = torch.tanh(self.filter(padded)) * torch.sigmoid(self.gate(padded))
            return x + self.res(z), self.skip(z)

    class WaveNet(nn.Module):
        def __init__(self, n_layers=4):
            super().__init__()
            self.start = nn.Conv1d(2, 8, 1)
            self.blocks = nn.ModuleList(ResidualBlock(8, 2**i) for i in range(n_layers))
            self.end = nn.Sequential(nn.ReLU(), nn.Conv1d(8, 6, 1), nn.ReLU(), nn.Conv1d(6, 5, 1))

        def forward(self, x):
            x = self.start(x.transpose(1, 2))
            total = 0
            for block in self.blocks:
                x, skip = block(x)
                total = total + skip
            return F.softmax(self.end(total), dim=1).transpose(1, 2)

    return WaveNet()
