"""Transformation network for fast neural style: reflected borders, instance norms with scale and shift, nearest
upsampling before the convolutions instead of transposed ones, residual blocks without an activation behind the sum.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ReflectionPadding2D(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width

        def call(self, x):
            both = (self.width, self.width)
            return ops.pad(x, ((0, 0), both, both, (0, 0)), mode="reflect")

    def conv_norm(x, filters, size, strides=1, relu=True, name=""):
        x = ReflectionPadding2D(size // 2)(x)
        x = layers.Conv2D(filters, size, strides=strides, name=f"{name}_conv")(x)
        x = layers.GroupNormalization(groups=-1, epsilon=1e-5, name=f"{name}_norm")(x)
        return layers.ReLU()(x) if relu else x

    image = keras.Input((32, 32, 3))
    x = conv_norm(image, 8, 9, name="wide")
    x = conv_norm(x, 12, 3, strides=2, name="down1")
    x = conv_norm(x, 16, 3, strides=2, name="down2")
    for i in range(2):
        y = conv_norm(x, 16, 3, name=f"res{i}_a")
        y = conv_norm(y, 16, 3, relu=False, name=f"res{i}_b")
        x = layers.Add(name=f"res{i}_add")([x, y])
    for i, filters in enumerate((12, 8)):
        x = layers.UpSampling2D(2, name=f"grow{i}")(x)
        x = conv_norm(x, filters, 3, name=f"up{i}")
    x = layers.Conv2D(3, 9, name="to_rgb")(ReflectionPadding2D(4)(x))
    return keras.Model(image, x)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ConvLayer(nn.Module):
        def __init__(self, in_channels, out_channels, kernel_size, stride, upsample=None):
            super().__init__()
            self.upsample = upsample
            self.reflection_pad = nn.ReflectionPad2d(kernel_size // 2)
            self.conv2d = nn.Conv2d(in_channels, out_channels, kernel_size, stride)

        def forward(self, x):
            if self.upsample:
                x = F.interpolate(x, mode="nearest", scale_factor=self.upsample)
            return self.conv2d(self.reflection_pad(x))

    class ResidualBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv1 = ConvLayer(channels, channels, 3, 1)
            self.in1 = nn.InstanceNorm2d(channels, affine=True)
            self.conv2 = ConvLayer(channels, channels, 3, 1)
            self.in2 = nn.InstanceNorm2d(channels, affine=True)
            self.relu = nn.ReLU()

        def forward(self, x):
            out = self.relu(self.in1(self.conv1(x)))
            return self.in2(self.conv2(out)) + x

    class TransformerNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.in1 = ConvLayer(3, 8, 9, 1), nn.InstanceNorm2d(8, affine=True)
            self.conv2, self.in2 = ConvLayer(8, 12, 3, 2), nn.InstanceNorm2d(12, affine=True)
            self.conv3, self.in3 = ConvLayer(12, 16, 3, 2), nn.InstanceNorm2d(16, affine=True)
            self.res1, self.res2 = ResidualBlock(16), ResidualBlock(16)
            self.deconv1, self.in4 = ConvLayer(16, 12, 3, 1, upsample=2), nn.InstanceNorm2d(12, affine=True)
            self.deconv2, self.in5 = ConvLayer(12, 8, 3, 1, upsample=2), nn.InstanceNorm2d(8, affine=True)
            self.deconv3 = ConvLayer(8, 3, 9, 1)
            self.relu = nn.ReLU()

        def forward(self, X):
            y = self.relu(self.in1(self.conv1(X)))
            y = self.relu(self.in2(self.conv2(y)))
            y = self.relu(self.in3(self.conv3(y)))
            y = self.res2(self.res1(y))
            y = self.relu(self.in4(self.deconv1(y)))
            y = self.relu(self.in5(self.deconv2(y)))
            return self.deconv3(y)

    return TransformerNet()
