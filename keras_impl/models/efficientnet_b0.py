"""EfficientNet-B0 as torchvision defines it, path for path."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.efficientnet import efficientnet


def build_efficientnet_b0(channels=3, classes=1000, dropout=0.2, stochastic_depth=0.2):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).
        stochastic_depth: rate at which the last residual is dropped, in [0, 1); the first never is.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    check_rate("stochastic_depth", stochastic_depth)
    image = Input((None, None, channels), name="image")
    x = efficientnet(image, stochastic_depth)
    x = layers.Dropout(dropout, name="classifier.0")(x)
    logits = layers.Dense(classes, name="classifier.1")(x)
    return Model(image, logits, name="efficientnet_b0")
