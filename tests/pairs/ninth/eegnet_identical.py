"""EEGNet-4,2 as its authors wrote it in Keras (electrodes by samples by one), and a module with even kernels padded by
hand. Two spatial filters per temporal one.
"""

INPUTS = ("8x64x1",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Input, Model
    from keras.layers import (
        Activation,
        AveragePooling2D,
        BatchNormalization,
        Conv2D,
        Dense,
        DepthwiseConv2D,
        Dropout,
        Flatten,
        SeparableConv2D,
    )

    norm = dict(momentum=0.9, epsilon=1e-5)
    trials = Input((8, 64, 1))
    x = Conv2D(4, (1, 16), padding="same", use_bias=False, name="temporal")(trials)
    x = BatchNormalization(**norm, name="temporal_bn")(x)
    x = DepthwiseConv2D((8, 1), use_bias=False, depth_multiplier=2, name="spatial")(x)
    x = BatchNormalization(**norm, name="spatial_bn")(x)
    x = Dropout(0.5)(AveragePooling2D((1, 4))(Activation("elu")(x)))
    x = SeparableConv2D(8, (1, 8), use_bias=False, padding="same", name="separable")(x)
    x = BatchNormalization(**norm, name="separable_bn")(x)
    x = Dropout(0.5)(AveragePooling2D((1, 4))(Activation("elu")(x)))
    x = Dense(4, name="dense")(Flatten(name="flatten")(x))
    return Model(trials, Activation("softmax", name="softmax")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class EEGNet(nn.Module):
        def __init__(self, chans=8, samples=64, f1=4, d=2, f2=8, classes=4):
            super().__init__()
            self.pad1, self.conv1 = nn.ZeroPad2d((7, 8, 0, 0)), nn.Conv2d(1, f1, (1, 16), bias=False)
            self.bn1 = nn.BatchNorm2d(f1)
            self.conv2 = nn.Conv2d(f1, f1 * d, (chans, 1), groups=f1, bias=False)
            self.bn2 = nn.BatchNorm2d(f1 * d)
            self.pad3 = nn.ZeroPad2d((3, 4, 0, 0))
            self.conv3 = nn.Conv2d(f1 * d, f1 * d, (1, 8), groups=f1 * d, bias=False)
            self.conv4 = nn.Conv2d(f1 * d, f2, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(f2)
            self.drop = nn.Dropout(0.5)
            self.fc = nn.Linear(f2 * samples // 16, classes)

        def block(self, x):
            return self.drop(F.avg_pool2d(F.elu(x), (1, 4)))

        def forward(self, x):
            x = self.bn1(self.conv1(self.pad1(x)))
            x = self.block(self.bn2(self.conv2(x)))
            x = self.block(self.bn3(self.conv4(self.conv3(self.pad3(x)))))
            return F.softmax(self.fc(x.flatten(1)), dim=-1)

    return EEGNet()
