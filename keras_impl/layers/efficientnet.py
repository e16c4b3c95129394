"""EfficientNet-B0 body: inverted residuals with squeeze-and-excitation and stochastic depth (Tan and Le, 2019).

Paths are those of torchvision, so its published weights load by name.
"""

from keras import layers

from keras_impl.layers.aligned import ChannelsFirstFlatten, Conv2D, StochasticDepth
from keras_impl.layers.conv_norm import conv_norm

STAGES = (  # expansion, kernel, stride of the first block, width, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


def squeeze_excitation(x, units, name):
    """Image (B, H, W, C) -> same shape: each channel scaled by what all channels average to."""
    scale = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}.avgpool")(x)
    scale = Conv2D(units, 1, name=f"{name}.fc1")(scale)
    scale = layers.Activation("silu", name=f"{name}.activation")(scale)
    scale = Conv2D(x.shape[-1], 1, name=f"{name}.fc2")(scale)
    scale = layers.Activation("sigmoid", name=f"{name}.scale_activation")(scale)
    return scale * x


def mbconv(x, width, expansion, kernel, stride, rate, name):
    """Image (B, H, W, C) -> (B, H/stride, W/stride, width); ``rate`` drops whole residuals."""
    skip = x
    channels = x.shape[-1]
    hidden = channels * expansion
    index = 0
    if expansion != 1:
        x = conv_norm(x, hidden, 1, 1, "silu", f"{name}.block.{index}")
        index += 1
    x = conv_norm(x, hidden, kernel, stride, "silu", f"{name}.block.{index}", depthwise=True)
    x = squeeze_excitation(x, max(1, channels // 4), f"{name}.block.{index + 1}")
    x = conv_norm(x, width, 1, 1, None, f"{name}.block.{index + 2}")
    if stride != 1 or channels != width:
        return x
    x = StochasticDepth(rate, name=f"{name}.stochastic_depth")(x)  # rule: dropout-stochastic-depth
    return x + skip


def efficientnet(image, stochastic_depth, prefix=""):
    """Image (B, H, W, C) -> features (B, 1280); the rate of dropped residuals grows to ``stochastic_depth``."""
    x = conv_norm(image, 32, 3, 2, "silu", f"{prefix}features.0")
    total = sum(blocks for *_, blocks in STAGES)
    done = 0
    for stage, (expansion, kernel, stride, width, blocks) in enumerate(STAGES, 1):
        for index in range(blocks):
            rate = stochastic_depth * done / total
            name = f"{prefix}features.{stage}.{index}"
            x = mbconv(x, width, expansion, kernel, stride if index == 0 else 1, rate, name)
            done += 1
    x = conv_norm(x, 1280, 1, 1, "silu", f"{prefix}features.{len(STAGES) + 1}")
    x = layers.GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avgpool")(x)
    return ChannelsFirstFlatten(name=f"{prefix}flatten")(x)
