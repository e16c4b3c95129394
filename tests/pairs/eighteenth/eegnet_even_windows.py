"""EEGNet with even temporal windows: the PyTorch port pads by hand so that the length stays, half of the window in
front and one less behind, and its classes are close to those of Keras but not the same.
"""

INPUTS = ("16x64x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-even-kernel", "padding-argument-order"],
            "keras": ["temporal"],
            "torch": ["block1", "block1.0", "block1.1", "pad*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def norm(name):
        return layers.BatchNormalization(momentum=0.99, epsilon=1e-3, name=name)

    eeg = keras.Input((16, 64, 1))
    x = layers.Conv2D(8, (1, 32), padding="same", use_bias=False, name="temporal")(eeg)
    x = norm("temporal_bn")(x)
    x = layers.DepthwiseConv2D((16, 1), depth_multiplier=2, use_bias=False, name="spatial")(x)
    x = norm("spatial_bn")(x)
    x = layers.Activation("elu")(x)
    x = layers.AveragePooling2D((1, 4))(x)
    x = layers.Dropout(0.5)(x)
    x = layers.SeparableConv2D(16, (1, 15), padding="same", use_bias=False, name="separable")(x)
    x = norm("separable_bn")(x)
    x = layers.Activation("elu")(x)
    x = layers.AveragePooling2D((1, 8))(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(eeg, layers.Dense(4, activation="softmax", name="dense")(layers.Flatten()(x)))


def torch_model():
    import torch
    from torch import nn

    class EEGNet(nn.Module):
        def __init__(self, chans=16, f1=8, d=2, kernel_1=32, kernel_2=15):
            super().__init__()
            f2 = f1 * d
            self.block1 = nn.Sequential(
                nn.ZeroPad2d((kernel_1 // 2, kernel_1 // 2 - 1, 0, 0)),
                nn.Conv2d(1, f1, (1, kernel_1), bias=False),
                nn.BatchNorm2d(f1, momentum=0.01, eps=1e-3),
                nn.Conv2d(f1, f2, (chans, 1), groups=f1, bias=False),
                nn.BatchNorm2d(f2, momentum=0.01, eps=1e-3),
                nn.ELU(),
                nn.AvgPool2d((1, 4), stride=4),
                nn.Dropout(0.5),
            )
            self.block2 = nn.Sequential(
                nn.Conv2d(f2, f2, (1, kernel_2), padding=(0, kernel_2 // 2), groups=f2, bias=False),
                nn.Conv2d(f2, f2, 1, bias=False),
                nn.BatchNorm2d(f2, momentum=0.01, eps=1e-3),
                nn.ELU(),
                nn.AvgPool2d((1, 8), stride=8),
                nn.Dropout(0.5),
            )
            self.lin = nn.Linear(f2 * 2, 4)

        def forward(self, x):
            x = self.block2(self.block1(x))
            return torch.softmax(self.lin(x.permute(0, 2, 3, 1).flatten(1)), dim=-1)

    return EEGNet()
