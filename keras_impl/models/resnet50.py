"""ResNet-50 as torchvision defines it, path for path."""

from keras import Input, Model, layers

from keras_impl.arguments import check_size
from keras_impl.layers.resnet import bottleneck, resnet


def build_resnet50(channels=3, classes=1000):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("classes", classes)
    image = Input((None, None, channels), name="image")
    x = resnet(image, bottleneck, (3, 4, 6, 3))
    logits = layers.Dense(classes, name="fc")(x)
    return Model(image, logits, name="resnet50")
