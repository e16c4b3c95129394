"""The parameter counts of the two models differ by a few numbers, and nothing else seems wrong.

Keras convolutions have a bias unless told otherwise; PyTorch recipes write bias=False in front of a batch norm.

keras-team/keras pull request 16363.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bias-before-norm"],
            "keras": ["conv2d", "batch_normalization"],
            "torch": ["block.0", "block.1"],
            "visible": False,
        }
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 3, padding="same"),
            layers.ReLU(),
            layers.GlobalMaxPooling2D(),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.block = nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)
            )
            self.last = nn.Conv2d(8, 6, 3, padding=1)

        def forward(self, x):
            x = torch.relu(self.last(self.block(x)))
            return torch.amax(x, dim=(2, 3))

    return Net()
