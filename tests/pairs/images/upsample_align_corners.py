"""Segmentation maps are slightly shifted towards the border after bilinear upsampling.

bonlime/keras-deeplab-v3-plus issue 49, pytorch/pytorch issue 10604.
"""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["resize-align-corners"], "keras": ["up_sampling2d"], "torch": ["up"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.UpSampling2D(2, interpolation="bilinear"),
            layers.Conv2D(2, 1),
        ]
    )


def torch_model():
    from torch import nn

    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 6, 3, padding=1)
            self.up = nn.UpsamplingBilinear2d(scale_factor=2)
            self.classifier = nn.Conv2d(6, 2, 1)

        def forward(self, x):
            return self.classifier(self.up(self.conv(x).relu()))

    return Head()
