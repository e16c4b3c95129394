"""I shrink the picture inside the model; torchvision smooths by default now, Keras does not (or the reverse).

tensorflow/tensorflow issue 6720.
"""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["resize-antialias"], "keras": ["resizing"], "torch": ["interpolate", ""]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((24, 24, 3)),
            layers.Resizing(9, 9, interpolation="bilinear"),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            x = F.interpolate(x, size=(9, 9), mode="bilinear", antialias=True)
            return self.conv(x).relu().mean(dim=[2, 3])

    return Small()
