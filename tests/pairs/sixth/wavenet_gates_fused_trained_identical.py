"""WaveNet, trained on mu-law codes. PyTorch: one dilated convolution for filter and gate, separate 1x1 for residual
and skip. Keras: filter and gate apart, one 1x1 for residual and skip together. Rate halves at steps 3 and 7
(boundaries are one less).
"""

INPUTS = ("20:int32",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    codes = keras.Input((20,), dtype="int32", name="codes")
    x = layers.Embedding(12, 8, name="codes_in")(codes)
    total = []
    for rate in (1, 2, 4):
        f = layers.Conv1D(8, 2, padding="causal", dilation_rate=rate, activation="tanh", name=f"filter_{rate}")(x)
        g = layers.Conv1D(8, 2, padding="causal", dilation_rate=rate, activation="sigmoid", name=f"gate_{rate}")(x)
        both = layers.Conv1D(8 + 10, 1, name=f"skip_and_residual_{rate}")(layers.multiply([f, g]))
        total.append(both[..., :10])
        x = x + both[..., 10:]
    y = layers.ReLU()(layers.add(total))
    y = layers.Conv1D(10, 1, activation="relu", name="post")(y)
    model = keras.Model(codes, layers.Conv1D(12, 1, name="logits")(y))
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2, 6], [0.25, 0.125, 0.0625])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(schedule), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ResidualBlock(nn.Module):
        def __init__(self, residual, skip, dilation):
            super().__init__()
            self.pad = (dilation, 0)
            self.skip_conv = nn.Conv1d(residual, skip, 1)
            self.res_conv = nn.Conv1d(residual, residual, 1)
            self.dilated = nn.Conv1d(residual, 2 * residual, 2, dilation=dilation)

        def forward(self, x):
            a, b = self.dilated(F.pad(x, self.pad)).chunk(2, 1)
            z = a.tanh() * b.sigmoid()
            return x + self.res_conv(z), self.skip_conv(z)

    class WaveNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(12, 8)
            self.blocks = nn.ModuleList([ResidualBlock(8, 10, 2**i) for i in range(3)])
            self.end_1 = nn.Conv1d(10, 10, 1)
            self.end_2 = nn.Conv1d(10, 12, 1)

        def forward(self, codes):
            x = self.embed(codes).mT
            skip = 0
            for block in self.blocks:
                x, s = block(x)
                skip = skip + s
            return self.end_2(F.relu(self.end_1(F.relu(skip)))).mT

    model = WaveNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)

    def loss(logits, codes):
        return F.cross_entropy(logits.flatten(0, 1), codes.flatten())

    return model, optimizer, loss, torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[3, 7], gamma=0.5)


def training_data():
    import numpy as np

    rng = np.random.default_rng(31)
    codes = rng.integers(0, 12, size=(24, 21)).astype("int32")
    return codes[:, :-1], codes[:, 1:]
