"""R(2+1)D on clips. torchvision has Conv3d with (1,3,3) and (3,1,1); I wrote Keras with TimeDistributed(Conv2D) and
a Conv1D over time at each pixel. Batch norms fit to both (momentum and eps set alike).
"""

INPUTS = ("6x12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def over_time(x, filters, name):
        _, steps, height, width, channels = x.shape
        y = layers.Permute((2, 3, 1, 4))(x)
        y = layers.Reshape((height * width, steps, channels))(y)
        y = layers.TimeDistributed(layers.Conv1D(filters, 3, padding="same", use_bias=False, name=name))(y)
        y = layers.Reshape((height, width, steps, filters))(y)
        return layers.Permute((3, 1, 2, 4))(y)

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    def block(x, middle, filters, name):
        x = layers.TimeDistributed(layers.Conv2D(middle, 3, padding="same", use_bias=False, name=name + "_space"))(x)
        x = layers.ReLU()(norm(name + "_space_bn")(x))
        return norm(name + "_time_bn")(over_time(x, filters, name + "_time"))

    clip = keras.Input((6, 12, 12, 3))
    x = layers.ReLU()(block(clip, 9, 8, "stem"))
    y = layers.ReLU()(block(x, 10, 8, "res_a"))
    y = block(y, 10, 8, "res_b")
    x = layers.ReLU()(layers.Add()([x, y]))
    x = layers.GlobalAveragePooling3D()(x)
    return keras.Model(clip, layers.Dense(5, name="action")(x))


def torch_model():
    from torch import nn

    class Conv2Plus1D(nn.Sequential):
        def __init__(self, in_planes, out_planes, midplanes):
            super().__init__(
                nn.Conv3d(in_planes, midplanes, (1, 3, 3), padding=(0, 1, 1), bias=False),
                nn.BatchNorm3d(midplanes),
                nn.ReLU(inplace=True),
                nn.Conv3d(midplanes, out_planes, (3, 1, 1), padding=(1, 0, 0), bias=False),
            )

    class BasicBlock(nn.Module):
        def __init__(self, planes, midplanes):
            super().__init__()
            self.conv1 = nn.Sequential(Conv2Plus1D(planes, planes, midplanes), nn.BatchNorm3d(planes), nn.ReLU(True))
            self.conv2 = nn.Sequential(Conv2Plus1D(planes, planes, midplanes), nn.BatchNorm3d(planes))
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x):
            return self.relu(self.conv2(self.conv1(x)) + x)

    class VideoResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(Conv2Plus1D(3, 8, 9), nn.BatchNorm3d(8), nn.ReLU(inplace=True))
            self.layer1 = BasicBlock(8, 10)
            self.avgpool = nn.AdaptiveAvgPool3d((1, 1, 1))
            self.fc = nn.Linear(8, 5)

        def forward(self, x):
            return self.fc(self.avgpool(self.layer1(self.stem(x))).flatten(1))

    return VideoResNet()
