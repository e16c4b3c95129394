"""PSPNet head on a 10 x 10 map: fixed windows of 10 // 3 in Keras, adaptive pooling to 3 x 3 in PyTorch."""

INPUTS = ("20x20x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["pool-adaptive-grid"], "keras": ["psp3_pool", "psp3_conv"], "torch": ["ppm.stages.2*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    def conv_bn(x, n, k, name):
        x = layers.Conv2D(n, k, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    images = keras.Input((20, 20, 3))
    x = conv_bn(images, 8, 3, "conv1")
    x = layers.MaxPooling2D(name="pool")(x)
    x = conv_bn(x, 12, 3, "conv2")
    size = x.shape[1]
    priors = [x]
    for bins in (1, 2, 3, 5):
        p = layers.AveragePooling2D(size // bins, name=f"psp{bins}_pool")(x)
        p = conv_bn(p, 4, 1, f"psp{bins}")
        priors.append(ops.image.resize(p, (size, size), interpolation="bilinear"))
    x = layers.Concatenate(name="pyramid")(priors)
    x = layers.SpatialDropout2D(0.1, name="drop")(conv_bn(x, 12, 3, "fuse"))
    return keras.Model(images, layers.Conv2D(4, 1, name="logits")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    def cbr(i, o, k):
        return nn.Sequential(nn.Conv2d(i, o, k, padding=k // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))

    class PPM(nn.Module):
        def __init__(self, in_dim, reduction_dim, bins):
            super().__init__()
            self.stages = nn.ModuleList(
                [nn.Sequential(nn.AdaptiveAvgPool2d(b), *cbr(in_dim, reduction_dim, 1)) for b in bins]
            )

        def forward(self, x):
            out = [x]
            for stage in self.stages:
                out.append(F.interpolate(stage(x), x.shape[-2:], mode="bilinear", align_corners=False))
            return torch.cat(out, 1)

    class PSPNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer0 = nn.Sequential(*cbr(3, 8, 3), nn.MaxPool2d(2))
            self.layer1 = cbr(8, 12, 3)
            self.ppm = PPM(12, 4, (1, 2, 3, 5))
            self.cls = nn.Sequential(*cbr(28, 12, 3), nn.Dropout2d(p=0.1), nn.Conv2d(12, 4, 1))

        def forward(self, x):
            return self.cls(self.ppm(self.layer1(self.layer0(x))))

    return PSPNet()
