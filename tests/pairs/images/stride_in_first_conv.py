"""Bottlenecks ported by hand: Keras puts the stride in the first 1x1 convolution, PyTorch in the 3x3.

pytorch/vision issue 1266, keras-team/keras-applications issue 159.
"""

INPUTS = ("16x16x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["stride-other-conv"],
            "keras": ["block_1_conv", "block_2_conv"],
            "torch": ["conv1", "conv2"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def norm(x, name):
        return layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=name)(x)

    image = keras.Input((16, 16, 8))
    shortcut = norm(layers.Conv2D(32, 1, strides=2, use_bias=False, name="block_0_conv")(image), "block_0_bn")
    x = layers.Conv2D(8, 1, strides=2, use_bias=False, name="block_1_conv")(image)
    x = layers.Activation("relu")(norm(x, "block_1_bn"))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="block_2_conv")(x)
    x = layers.Activation("relu")(norm(x, "block_2_bn"))
    x = norm(layers.Conv2D(32, 1, use_bias=False, name="block_3_conv")(x), "block_3_bn")
    x = layers.Add(name="block_add")([shortcut, x])
    return keras.Model(image, layers.Activation("relu", name="block_out")(x))


def torch_model():
    from torch import nn

    class Bottleneck(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(8, 8, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.conv2 = nn.Conv2d(8, 8, 3, stride=2, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(8)
            self.conv3 = nn.Conv2d(8, 32, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(32)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = nn.Sequential(nn.Conv2d(8, 32, 1, stride=2, bias=False), nn.BatchNorm2d(32))

        def forward(self, x):
            identity = self.downsample(x)
            x = self.relu(self.bn1(self.conv1(x)))
            x = self.relu(self.bn2(self.conv2(x)))
            x = self.bn3(self.conv3(x))
            x += identity
            return self.relu(x)

    return Bottleneck()
