"""Residual blocks with CBAM: one shared MLP for both poolings, then a 7x7 map from mean and maximum over channels."""

INPUTS = ("15x15x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class CBAM(layers.Layer):
        def __init__(self, ratio=4, **kwargs):
            super().__init__(**kwargs)
            self.ratio = ratio

        def build(self, shape):
            c = shape[-1]
            self.shared_one = layers.Dense(c // self.ratio, activation="relu", name="shared_one")
            self.shared_two = layers.Dense(c, name="shared_two")
            self.spatial = layers.Conv2D(1, 7, padding="same", use_bias=False, activation="sigmoid", name="spatial")
            self.shared_one.build((None, c))
            self.shared_two.build((None, c // self.ratio))
            self.spatial.build((*shape[:-1], 2))
            self.built = True

        def call(self, x):
            avg = self.shared_two(self.shared_one(ops.mean(x, axis=[1, 2])))
            mx = self.shared_two(self.shared_one(ops.max(x, axis=[1, 2])))
            x = x * ops.sigmoid(avg + mx)[:, None, None, :]
            pooled = ops.concatenate([ops.mean(x, axis=-1, keepdims=True), ops.max(x, axis=-1, keepdims=True)], axis=-1)
            return x * self.spatial(pooled)

    def conv_bn(x, n, k, stride, name):
        x = layers.Conv2D(n, k, strides=stride, padding="same", use_bias=False, name=f"{name}_conv")(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    def block(x, n, stride, name):
        y = layers.ReLU()(conv_bn(x, n, 3, stride, f"{name}_1"))
        y = conv_bn(y, n, 3, 1, f"{name}_2")
        y = CBAM(name=f"{name}_cbam")(y)
        if stride != 1 or x.shape[-1] != n:
            x = conv_bn(x, n, 1, stride, f"{name}_down")
        return layers.ReLU()(layers.Add()([y, x]))

    inputs = keras.Input((15, 15, 3))
    x = layers.ReLU()(conv_bn(inputs, 8, 3, 1, "stem"))
    x = block(x, 8, 1, "res1")
    x = block(x, 16, 2, "res2")  # odd maps: the padding is even
    x = block(x, 16, 1, "res3")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(4, name="fc")(x))


def torch_model():
    import torch
    from torch import nn

    class ChannelAttention(nn.Module):
        def __init__(self, in_planes, ratio=4):
            super().__init__()
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.max_pool = nn.AdaptiveMaxPool2d(1)
            self.fc = nn.Sequential(
                nn.Conv2d(in_planes, in_planes // ratio, 1), nn.ReLU(), nn.Conv2d(in_planes // ratio, in_planes, 1)
            )

        def forward(self, x):
            return torch.sigmoid(self.fc(self.avg_pool(x)) + self.fc(self.max_pool(x)))

    class SpatialAttention(nn.Module):
        def __init__(self, kernel_size=7):
            super().__init__()
            self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

        def forward(self, x):
            avg_out = torch.mean(x, dim=1, keepdim=True)
            max_out, _ = torch.max(x, dim=1, keepdim=True)
            return torch.sigmoid(self.conv1(torch.cat([avg_out, max_out], dim=1)))

    class BasicBlock(nn.Module):
        def __init__(self, inplanes, planes, stride=1):
            super().__init__()
            self.downsample = None
            if stride != 1 or inplanes != planes:
                self.downsample = nn.Sequential(
                    nn.Conv2d(inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes)
                )
            self.sa = SpatialAttention()
            self.ca = ChannelAttention(planes)
            self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)

        def forward(self, x):
            residual = x
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out = self.ca(out) * out
            out = self.sa(out) * out
            if self.downsample is not None:
                residual = self.downsample(x)
            out += residual
            return self.relu(out)

    class ResNetCBAM(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.relu = nn.ReLU(inplace=True)
            self.layer1 = self._make_layer(8, 8, 1)
            self.layer2 = self._make_layer(8, 16, 2, blocks=2)
            self.avgpool = nn.AvgPool2d(8)
            self.fc = nn.Linear(16, 4)

        def _make_layer(self, inp, planes, stride, blocks=1):
            seq = [BasicBlock(inp, planes, stride)]
            seq += [BasicBlock(planes, planes) for _ in range(1, blocks)]
            return nn.Sequential(*seq)

        def forward(self, x):
            x = self.relu(self.bn1(self.conv1(x)))
            x = self.layer2(self.layer1(x))
            x = self.avgpool(x)
            return self.fc(x.view(x.size(0), -1))

    return ResNetCBAM()
