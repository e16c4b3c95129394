"""TCN: dilations 1, 2, 4 in Keras; ``dilation=i + 1`` in the loop of the PyTorch version."""

INPUTS = ("20x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dilation-other"], "keras": ["conv_2"], "torch": ["convs.2"]}],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((20, 3))
    for i in range(3):
        y = layers.Conv1D(6, 3, dilation_rate=2**i, padding="causal", activation="relu", name=f"conv_{i}")(x)
        if x.shape[-1] != 6:
            x = layers.Conv1D(6, 1, name="match")(x)
        x = layers.add([x, y])
    x = layers.Lambda(lambda t: t[:, -1, :])(x)
    return keras.Model(inputs, layers.Dense(2)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.match = nn.Conv1d(3, 6, 1)
            self.convs = nn.ModuleList([nn.Conv1d(3 if i == 0 else 6, 6, 3, dilation=i + 1) for i in range(3)])
            self.out = nn.Linear(6, 2)

        def forward(self, x):
            x = x.permute(0, 2, 1)
            for i, conv in enumerate(self.convs):
                y = F.relu(conv(F.pad(x, (2 * conv.dilation[0], 0))))
                x = (self.match(x) if i == 0 else x) + y
            return self.out(x[:, :, -1])

    return TCN()
