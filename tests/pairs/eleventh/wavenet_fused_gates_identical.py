"""WaveNet over a quantised signal: dilated causal convolutions with filter and gate, skips summed up for two last
convolutions of width one; PyTorch makes filter and gate in one convolution.
"""

INPUTS = ("40x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    channels, skips = 12, []
    wave = keras.Input((40, 1), name="wave")
    x = layers.Conv1D(channels, 2, padding="causal", name="front")(wave)
    for i, dilation in enumerate((1, 2, 4, 8)):
        filtered = layers.Conv1D(
            channels, 2, dilation_rate=dilation, padding="causal", activation="tanh", name=f"filter_{i}"
        )(x)
        gate = layers.Conv1D(
            channels, 2, dilation_rate=dilation, padding="causal", activation="sigmoid", name=f"gate_{i}"
        )(x)
        z = layers.Multiply(name=f"gated_{i}")([filtered, gate])
        skips.append(layers.Conv1D(16, 1, name=f"skip_{i}")(z))
        if i < 3:
            x = layers.Add(name=f"residual_{i}")([layers.Conv1D(channels, 1, name=f"back_{i}")(z), x])
    y = layers.ReLU()(layers.Add(name="skips")(skips))
    y = layers.Conv1D(16, 1, activation="relu", name="post")(y)
    return keras.Model(wave, layers.Conv1D(20, 1, name="levels")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CausalConv1d(nn.Conv1d):
        def forward(self, x):
            left = (self.kernel_size[0] - 1) * self.dilation[0]
            return super().forward(F.pad(x, (left, 0)))

    class ResidualBlock(nn.Module):
        def __init__(self, dilation, residual=12, skip=16, last=False):
            super().__init__()
            self.conv_dilated = CausalConv1d(residual, 2 * residual, 2, dilation=dilation)
            self.conv_skip = nn.Conv1d(residual, skip, 1)
            self.conv_res = None if last else nn.Conv1d(residual, residual, 1)

        def forward(self, x):
            tanh, sigm = torch.chunk(self.conv_dilated(x), 2, dim=1)
            z = torch.tanh(tanh) * torch.sigmoid(sigm)
            if self.conv_res is not None:
                x = x + self.conv_res(z)
            return x, self.conv_skip(z)

    class WaveNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.causal = CausalConv1d(1, 12, 2)
            self.stack = nn.ModuleList(ResidualBlock(2**i, last=i == 3) for i in range(4))
            self.dense = nn.Sequential(nn.ReLU(), nn.Conv1d(16, 16, 1), nn.ReLU(), nn.Conv1d(16, 20, 1))

        def forward(self, x):
            x = self.causal(x.transpose(1, 2))
            total = 0
            for block in self.stack:
                x, skip = block(x)
                total = total + skip
            return self.dense(total).transpose(1, 2)

    return WaveNet()
