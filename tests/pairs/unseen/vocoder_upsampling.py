"""Upsampling by five-tap transposed convolutions: padding=2, output_padding=1 is not "same"."""

INPUTS = ("12x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up_1"],
            "torch": ["ups.0"],
        },
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up_2"],
            "torch": ["ups.1"],
        },
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 4)),
            layers.Conv1D(8, 3, padding="same", name="pre"),
            layers.LeakyReLU(negative_slope=0.1),
            layers.Conv1DTranspose(6, 5, strides=2, padding="same", name="up_1"),
            layers.LeakyReLU(negative_slope=0.1),
            layers.Conv1DTranspose(4, 5, strides=2, padding="same", name="up_2"),
            layers.LeakyReLU(negative_slope=0.1),
            layers.Conv1D(1, 3, padding="same", activation="tanh", name="post"),
        ]
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Vocoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.pre = nn.Conv1d(4, 8, 3, padding=1)
            self.ups = nn.ModuleList(
                nn.ConvTranspose1d(i, o, 5, 2, padding=2, output_padding=1) for i, o in ((8, 6), (6, 4))
            )
            self.post = nn.Conv1d(4, 1, 3, padding=1)

        def forward(self, mel):
            x = self.pre(mel.transpose(1, 2))
            for up in self.ups:
                x = up(F.leaky_relu(x, 0.1))
            return torch.tanh(self.post(F.leaky_relu(x, 0.1))).transpose(1, 2)

    return Vocoder()
