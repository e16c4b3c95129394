"""WaveNet-like denoiser for raw audio: causal dilated convolutions with tanh and sigmoid gates, skips summed up; Keras
slices the gates out of one wide convolution, PyTorch cuts it in halves inside a block of its own.
"""

INPUTS = ("64x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    audio = keras.Input((64, 1), name="audio")
    x = layers.Conv1D(10, 2, padding="causal", name="front")(audio)
    skips = []
    for i, rate in enumerate((1, 2, 4, 8)):
        both = layers.Conv1D(20, 2, padding="causal", dilation_rate=rate, name=f"gates{i}")(x)
        filtered = layers.Activation("tanh")(both[:, :, :10])
        gate = layers.Activation("sigmoid")(both[:, :, 10:])
        z = layers.Multiply(name=f"gated{i}")([filtered, gate])
        skips.append(layers.Conv1D(12, 1, name=f"skip{i}")(z))
        if rate < 8:
            x = layers.Add(name=f"residual{i}")([x, layers.Conv1D(10, 1, name=f"mix{i}")(z)])
    y = layers.ReLU()(layers.Add(name="skips")(skips))
    y = layers.Conv1D(12, 1, activation="relu", name="post1")(y)
    return keras.Model(audio, layers.Conv1D(1, 1, name="post2")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CausalConv(nn.Conv1d):
        def __init__(self, cin, cout, width, dilation=1):
            super().__init__(cin, cout, width, dilation=dilation)
            self.behind = (width - 1) * dilation

        def forward(self, x):
            return super().forward(F.pad(x, (self.behind, 0)))

    class GatedBlock(nn.Module):
        def __init__(self, width, skip, dilation, last):
            super().__init__()
            self.dilated = CausalConv(width, 2 * width, 2, dilation)
            self.to_residual = None if last else nn.Conv1d(width, width, 1)
            self.to_skip = nn.Conv1d(width, skip, 1)

        def forward(self, x):
            a, b = self.dilated(x).chunk(2, dim=1)
            z = torch.tanh(a) * torch.sigmoid(b)
            if self.to_residual is not None:
                x = x + self.to_residual(z)
            return x, self.to_skip(z)

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.entry = CausalConv(1, 10, 2)
            self.stack = nn.ModuleList(GatedBlock(10, 12, 2**i, last=i == 3) for i in range(4))
            self.post = nn.Sequential(nn.ReLU(), nn.Conv1d(12, 12, 1), nn.ReLU(), nn.Conv1d(12, 1, 1))

        def forward(self, audio):
            x, total = self.entry(audio.transpose(1, 2)), 0
            for block in self.stack:
                x, skip = block(x)
                total = total + skip
            return self.post(total).transpose(1, 2)

    return Denoiser()
