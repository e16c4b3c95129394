"""Efficient sub-pixel super-resolution by two for colour pictures; with grey pictures both agreed, with three channels
the PyTorch result has a coloured checkerboard.
"""

INPUTS = ("20x20x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pixel-shuffle-order", "reshape-order"],
            "keras": ["depth_to_space"],
            "torch": ["pixel_shuffle", "pixel_shuffle*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class DepthToSpace(layers.Layer):
        def __init__(self, block_size, **kwargs):
            super().__init__(**kwargs)
            self.block_size = block_size

        def call(self, x):
            _, height, width, depth = x.shape
            r = self.block_size
            x = ops.reshape(x, (-1, height, width, r, r, depth // r**2))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, height * r, width * r, depth // r**2))

    low = keras.Input((20, 20, 3), name="low_resolution")
    x = layers.Conv2D(24, 5, padding="same", activation="relu", name="features")(low)
    x = layers.Conv2D(24, 3, padding="same", activation="relu", name="mapping1")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="mapping2")(x)
    x = layers.Conv2D(3 * 2**2, 3, padding="same", name="to_subpixels")(x)
    x = DepthToSpace(2, name="depth_to_space")(x)
    return keras.Model(low, layers.Conv2D(3, 3, padding="same", name="polish")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ESPCN(nn.Module):
        def __init__(self, upscale_factor=2, channels=3):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, 24, 5, padding=2)
            self.conv2 = nn.Conv2d(24, 24, 3, padding=1)
            self.conv3 = nn.Conv2d(24, 12, 3, padding=1)
            self.conv4 = nn.Conv2d(12, channels * upscale_factor**2, 3, padding=1)
            self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
            self.conv5 = nn.Conv2d(channels, channels, 3, padding=1)

        def forward(self, x):
            for conv in (self.conv1, self.conv2, self.conv3):
                x = F.relu(conv(x))
            return self.conv5(self.pixel_shuffle(self.conv4(x)))

    return ESPCN()
