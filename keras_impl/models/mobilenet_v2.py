"""MobileNetV2 as torchvision defines it, path for path (Sandler et al., 2018)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.aligned import BatchNormalization, ChannelsFirstFlatten, Conv2D
from keras_impl.layers.conv_norm import conv_norm

STAGES = (  # expansion, width, blocks, stride of the first block
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def build_mobilenet_v2(channels=3, classes=1000, dropout=0.2):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    image = Input((None, None, channels), name="image")
    x = conv_norm(image, 32, 3, 2, "relu6", "features.0")
    index = 1
    for expansion, width, blocks, stride in STAGES:
        for block in range(blocks):
            x = inverted_residual(x, width, expansion, stride if block == 0 else 1, f"features.{index}")
            index += 1
    x = conv_norm(x, 1280, 1, 1, "relu6", f"features.{index}")
    x = layers.GlobalAveragePooling2D(keepdims=True, name="avgpool")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)
    x = layers.Dropout(dropout, name="classifier.0")(x)
    logits = layers.Dense(classes, name="classifier.1")(x)
    return Model(image, logits, name="mobilenet_v2")


def inverted_residual(x, width, expansion, stride, name):
    """Widen by 1x1, filter each channel by 3x3, narrow by 1x1; a skip where the shape stays."""
    skip = x
    channels = x.shape[-1]
    hidden = channels * expansion
    index = 0
    if expansion != 1:
        x = conv_norm(x, hidden, 1, 1, "relu6", f"{name}.conv.{index}")
        index += 1
    x = conv_norm(x, hidden, 3, stride, "relu6", f"{name}.conv.{index}", depthwise=True)
    x = Conv2D(width, 1, use_bias=False, name=f"{name}.conv.{index + 1}")(x)
    x = BatchNormalization(name=f"{name}.conv.{index + 2}")(x)
    return skip + x if stride == 1 and channels == width else x
