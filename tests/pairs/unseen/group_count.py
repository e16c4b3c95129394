"""GroupNorm with eight groups of two on one side, four groups of four on the other."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["norm-other", "norm-axis"], "keras": ["gn_1"], "torch": ["net.4"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 12, 3)),
            layers.Conv2D(16, 3, padding="same", name="conv_0"),
            layers.GroupNormalization(4, epsilon=1e-5, name="gn_0"),
            layers.Activation("silu"),
            layers.Conv2D(16, 3, padding="same", name="conv_1"),
            layers.GroupNormalization(4, epsilon=1e-5, name="gn_1"),
            layers.Activation("silu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(4, name="fc"),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(
                nn.Conv2d(3, 16, 3, padding=1),
                nn.GroupNorm(4, 16),
                nn.SiLU(),
                nn.Conv2d(16, 16, 3, padding=1),
                nn.GroupNorm(8, 16),
                nn.SiLU(),
                nn.AdaptiveMaxPool2d(1),
                nn.Flatten(),
            )
            self.fc = nn.Linear(16, 4)

        def forward(self, x):
            return self.fc(self.net(x))

    return Net()
