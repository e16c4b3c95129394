"""Small residual network with CBAM for a leaf disease course project; the spatial attention puts the mean and the
maximum over channels through one 7x7 convolution.
"""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["*_sa_join", "*_sa_conv", "*_sa_mean", "*_sa_max"],
            "torch": ["layer*.sa", "layer*.sa.*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def cbam(x, name, ratio=4):
        channels = x.shape[-1]
        reduce = layers.Dense(channels // ratio, activation="relu", use_bias=False, name=f"{name}_ca_reduce")
        expand = layers.Dense(channels, use_bias=False, name=f"{name}_ca_expand")
        avg = expand(reduce(layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_ca_avg")(x)))
        top = expand(reduce(layers.GlobalMaxPooling2D(keepdims=True, name=f"{name}_ca_max")(x)))
        gate = layers.Activation("sigmoid", name=f"{name}_ca_gate")(layers.Add(name=f"{name}_ca_sum")([avg, top]))
        x = layers.Multiply(name=f"{name}_ca_scale")([x, gate])

        mean = layers.Lambda(lambda t: ops.mean(t, axis=-1, keepdims=True), name=f"{name}_sa_mean")(x)
        peak = layers.Lambda(lambda t: ops.max(t, axis=-1, keepdims=True), name=f"{name}_sa_max")(x)
        both = layers.Concatenate(name=f"{name}_sa_join")([mean, peak])
        where = layers.Conv2D(1, 7, padding="same", use_bias=False, activation="sigmoid", name=f"{name}_sa_conv")(both)
        return layers.Multiply(name=f"{name}_sa_scale")([x, where])

    def residual(x, filters, name):
        def bn(y, label):
            return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_{label}")(y)

        y = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv1")(x)
        y = layers.ReLU(name=f"{name}_relu1")(bn(y, "bn1"))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv2")(y)
        y = cbam(bn(y, "bn2"), name)
        if x.shape[-1] != filters:
            x = bn(layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_fit")(x), "fit_bn")
        return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([y, x]))

    image = keras.Input((24, 24, 3))
    x = layers.Conv2D(12, 3, padding="same", use_bias=False, name="stem")(image)
    x = layers.ReLU(name="stem_relu")(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="stem_bn")(x))
    x = residual(x, 12, "block1")
    x = layers.MaxPooling2D(name="halve")(x)
    x = residual(x, 24, "block2")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(image, layers.Dense(5, name="disease")(x))


def torch_model():
    import torch
    from torch import nn

    class ChannelAttention(nn.Module):
        def __init__(self, in_planes, ratio=4):
            super().__init__()
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.max_pool = nn.AdaptiveMaxPool2d(1)
            self.fc = nn.Sequential(
                nn.Conv2d(in_planes, in_planes // ratio, 1, bias=False),
                nn.ReLU(),
                nn.Conv2d(in_planes // ratio, in_planes, 1, bias=False),
            )

        def forward(self, x):
            return torch.sigmoid(self.fc(self.avg_pool(x)) + self.fc(self.max_pool(x)))

    class SpatialAttention(nn.Module):
        def __init__(self, kernel_size=7):
            super().__init__()
            self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

        def forward(self, x):
            compressed = torch.cat((torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)), dim=1)
            return torch.sigmoid(self.conv1(compressed))

    class BasicBlock(nn.Module):
        def __init__(self, inplanes, planes):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.ca = ChannelAttention(planes)
            self.sa = SpatialAttention()
            self.downsample = None
            if inplanes != planes:
                self.downsample = nn.Sequential(nn.Conv2d(inplanes, planes, 1, bias=False), nn.BatchNorm2d(planes))

        def forward(self, x):
            residual = x if self.downsample is None else self.downsample(x)
            out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
            out = self.ca(out) * out
            out = self.sa(out) * out
            return torch.relu(out + residual)

    class CbamNet(nn.Module):
        def __init__(self, num_classes=5):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12), nn.ReLU())
            self.layer1 = BasicBlock(12, 12)
            self.pool = nn.MaxPool2d(2)
            self.layer2 = BasicBlock(12, 24)
            self.fc = nn.Linear(24, num_classes)

        def forward(self, x):
            x = self.layer2(self.pool(self.layer1(self.stem(x))))
            return self.fc(x.flatten(2).mean(-1))

    return CbamNet()
