"""track_running_stats=False was copied from a GAN: the norm uses the batch also in eval mode.

pytorch/vision issue 2079 shows the same surprise.
"""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["train-mode-left-on", "norm-frozen"], "keras": ["batch_normalization"], "torch": ["layers.1"]}
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(6, 3, use_bias=False),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.LeakyReLU(0.2),
            layers.Conv2D(4, 3),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(
                nn.Conv2d(3, 6, 3, bias=False),
                nn.BatchNorm2d(6, track_running_stats=False),
                nn.LeakyReLU(0.2),
                nn.Conv2d(6, 4, 3),
            )

        def forward(self, x):
            return self.layers(x)

    return Net()
