"""nn.PReLU() learns one slope for all, the Keras layer one per channel."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["prelu-shape"], "keras": ["prelu", "p_re_lu"], "torch": ["backbone.1"], "visible": False},
        {"rules": ["prelu-shape"], "keras": ["prelu_1", "p_re_lu_1"], "torch": ["backbone.4"], "visible": False},
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 12, 3)),
            layers.Conv2D(6, 3),
            layers.PReLU(shared_axes=[1, 2], name="prelu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(8, 3),
            layers.PReLU(shared_axes=[1, 2], name="prelu_1"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class PNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(
                nn.Conv2d(3, 6, 3), nn.PReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.PReLU()
            )
            self.face = nn.Linear(8, 2)

        def forward(self, x):
            x = self.backbone(x).mean(dim=(2, 3))
            return torch.softmax(self.face(x), dim=-1)

    return PNet()
