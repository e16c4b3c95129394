"""Efficient sub-pixel super-resolution of the luminance channel, three times larger: depth_to_space on one side and
PixelShuffle on the other, which list sub-pixels differently only when there is more than one channel.
"""

INPUTS = ("18x22x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import tensorflow as tf

    class DepthToSpace(keras.layers.Layer):
        def __init__(self, block_size, **kwargs):
            super().__init__(**kwargs)
            self.block_size = block_size

        def call(self, x):
            return tf.nn.depth_to_space(x, self.block_size)

        def compute_output_shape(self, shape):
            b, h, w, c = shape
            return (b, h * self.block_size, w * self.block_size, c // self.block_size**2)

    return keras.Sequential(
        [
            keras.Input((18, 22, 1)),
            keras.layers.Conv2D(32, 5, padding="same", activation="tanh", name="features"),
            keras.layers.Conv2D(24, 3, padding="same", activation="tanh", name="mapping"),
            keras.layers.Conv2D(9, 3, padding="same", name="sub_pixels"),
            DepthToSpace(3, name="shuffle"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class ESPCN(nn.Module):
        def __init__(self, scale_factor=3, num_channels=1):
            super().__init__()
            self.pixel_shuffle = nn.PixelShuffle(scale_factor)
            self.conv1 = nn.Conv2d(num_channels, 32, kernel_size=5, padding=2)
            self.conv2 = nn.Conv2d(32, 24, kernel_size=3, padding=1)
            self.conv3 = nn.Conv2d(24, num_channels * scale_factor**2, kernel_size=3, padding=1)

        def forward(self, y):
            y = torch.tanh(self.conv1(y))
            y = torch.tanh(self.conv2(y))
            return self.pixel_shuffle(self.conv3(y))

    return ESPCN()
