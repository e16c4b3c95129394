"""Residual blocks and the ResNet body (He et al., 2016; the stride of a bottleneck is on its 3x3, "v1.5").

Paths are those of torchvision, so its published weights load by name.
"""

from keras import layers

from keras_impl.layers.aligned import BatchNormalization, ChannelsFirstFlatten, Conv2D, MaxPooling2D


def basic_block(x, width, stride, name):
    """Image (B, H, W, C) -> (B, H/stride, W/stride, width): two 3x3 convolutions and a skip."""
    skip = x
    x = Conv2D(width, 3, stride, padding=1, use_bias=False, name=f"{name}.conv1")(x)  # rule: same-padding-stride
    x = BatchNormalization(name=f"{name}.bn1")(x)
    x = layers.ReLU(name=f"{name}.relu1")(x)
    x = Conv2D(width, 3, padding=1, use_bias=False, name=f"{name}.conv2")(x)
    x = BatchNormalization(name=f"{name}.bn2")(x)
    x = x + shortcut(skip, width, stride, name)
    return layers.ReLU(name=f"{name}.relu2")(x)


def bottleneck(x, width, stride, name):
    """Image (B, H, W, C) -> (B, H/stride, W/stride, 4*width): 1x1, 3x3 and 1x1 convolutions and a skip."""
    skip = x
    x = Conv2D(width, 1, use_bias=False, name=f"{name}.conv1")(x)
    x = BatchNormalization(name=f"{name}.bn1")(x)
    x = layers.ReLU(name=f"{name}.relu1")(x)
    x = Conv2D(width, 3, stride, padding=1, use_bias=False, name=f"{name}.conv2")(x)  # rule: same-padding-stride
    x = BatchNormalization(name=f"{name}.bn2")(x)
    x = layers.ReLU(name=f"{name}.relu2")(x)
    x = Conv2D(4 * width, 1, use_bias=False, name=f"{name}.conv3")(x)
    x = BatchNormalization(name=f"{name}.bn3")(x)
    x = x + shortcut(skip, 4 * width, stride, name)
    return layers.ReLU(name=f"{name}.relu3")(x)


def shortcut(x, width, stride, name):
    if stride == 1 and x.shape[-1] == width:
        return x
    x = Conv2D(width, 1, stride, use_bias=False, name=f"{name}.downsample.0")(x)
    return BatchNormalization(name=f"{name}.downsample.1")(x)


def resnet(image, block, depths, prefix=""):
    """Image (B, H, W, C) -> features (B, 512), or (B, 2048) of bottlenecks; ``depths`` counts blocks per stage."""
    x = Conv2D(64, 7, 2, padding=3, use_bias=False, name=f"{prefix}conv1")(image)  # rule: same-padding-stride
    x = BatchNormalization(name=f"{prefix}bn1")(x)
    x = layers.ReLU(name=f"{prefix}relu")(x)
    x = MaxPooling2D(3, 2, padding=1, name=f"{prefix}maxpool")(x)  # rule: pool-padding
    for stage, depth in enumerate(depths):
        for index in range(depth):
            stride = 2 if stage > 0 and index == 0 else 1
            x = block(x, 64 * 2**stage, stride, f"{prefix}layer{stage + 1}.{index}")
    x = layers.GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avgpool")(x)
    return ChannelsFirstFlatten(name=f"{prefix}flatten")(x)
