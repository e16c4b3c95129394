"""SqueezeNet in PyTorch pools with ceil_mode=True; in Keras I left the padding alone. Odd sizes break.

hassony2/kinetics_i3d_pytorch issue 4.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["pool-ceil-mode"], "keras": ["max_pooling2d"], "torch": ["features.2"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(6, 1, activation="relu"),
            layers.GlobalAveragePooling2D(),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class SqueezeStem(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 6, kernel_size=3, padding=1),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True),
                nn.Conv2d(6, 6, kernel_size=1),
                nn.ReLU(inplace=True),
            )
            self.pool = nn.AdaptiveAvgPool2d((1, 1))

        def forward(self, x):
            return torch.flatten(self.pool(self.features(x)), 1)

    return SqueezeStem()
