"""Causal 3D convolutions for gestures: two empty frames in front, one pixel around. Shapes agree, outputs do not.

I wrote the pads of F.pad in the order of ZeroPadding3D.
"""

INPUTS = ("8x12x12x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["padding-argument-order", "causal-padding"],
            "keras": ["pad_0", "conv_0"],
            "torch": ["pad*", "blocks.0*", "blocks.0.conv", ""],
        },
        {
            "rules": ["padding-argument-order", "causal-padding"],
            "keras": ["pad_1", "conv_1"],
            "torch": ["pad*", "blocks.1*", "blocks.1.conv", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((8, 12, 12, 2))])
    for i, filters in enumerate((6, 10)):
        model.add(layers.ZeroPadding3D(((2, 0), (1, 1), (1, 1)), name=f"pad_{i}"))
        model.add(layers.Conv3D(filters, 3, strides=(1, 2, 2), use_bias=False, name=f"conv_{i}"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}"))
        model.add(layers.ELU(name=f"elu_{i}"))
    model.add(layers.Lambda(lambda x: x[:, -1], name="last_frame"))
    model.add(layers.GlobalAveragePooling2D(name="average"))
    model.add(layers.Dense(5, name="gesture"))
    return model


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class CausalBlock(nn.Module):
        def __init__(self, c_in, c_out):
            super().__init__()
            self.conv = nn.Conv3d(c_in, c_out, kernel_size=3, stride=(1, 2, 2), bias=False)
            self.bn = nn.BatchNorm3d(c_out)

        def forward(self, x):
            x = F.pad(x, (2, 0, 1, 1, 1, 1))
            return F.elu(self.bn(self.conv(x)))

    class GestureNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(CausalBlock(2, 6), CausalBlock(6, 10))
            self.classifier = nn.Linear(10, 5)

        def forward(self, clip):
            features = self.blocks(clip)[:, :, -1]
            return self.classifier(features.mean(dim=(-2, -1)))

    return GestureNet()
