"""Dense prediction: softmax over the classes of every pixel, but dim=-1 is the width in PyTorch.

jadore801120/attention-is-all-you-need-pytorch issue 52.
"""

INPUTS = ("6x6x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["softmax-axis"], "keras": ["softmax"], "torch": ["softmax", ""]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((6, 6, 3)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.Conv2D(6, 1),
            layers.Softmax(),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class Segmenter(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
            self.classifier = nn.Conv2d(8, 6, 1)

        def forward(self, x):
            return torch.softmax(self.classifier(self.backbone(x)), dim=-1)

    return Segmenter()
