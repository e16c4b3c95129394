"""ESPCN with PReLU per channel; the pixel shuffle of the Keras side is written for PyTorch's channel order."""

INPUTS = ("10x10x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def pixel_shuffle(x, r=2):
        b, h, w, c = ops.shape(x)[0], x.shape[1], x.shape[2], x.shape[3]
        o = c // (r * r)
        x = ops.reshape(x, (b, h, w, o, r, r))
        x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
        return ops.reshape(x, (b, h * r, w * r, o))

    inputs = keras.Input((10, 10, 1))
    x = layers.Conv2D(8, 5, padding="same", name="feat")(inputs)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.Conv2D(8, 3, padding="same", name="map")(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.Conv2D(12, 3, padding="same", name="sub_pixel")(x)
    x = layers.Lambda(pixel_shuffle, output_shape=(20, 20, 3))(x)
    return keras.Model(inputs, x)


def torch_model():
    from torch import nn

    class ESPCN(nn.Module):
        def __init__(self, upscale_factor=2):
            super().__init__()
            self.first_part = nn.Sequential(
                nn.Conv2d(1, 8, kernel_size=5, padding=5 // 2),
                nn.PReLU(8),
                nn.Conv2d(8, 8, kernel_size=3, padding=3 // 2),
                nn.PReLU(8),
            )
            self.last_part = nn.Sequential(
                nn.Conv2d(8, 3 * upscale_factor**2, kernel_size=3, padding=1), nn.PixelShuffle(upscale_factor)
            )

        def forward(self, x):
            return self.last_part(self.first_part(x))

    return ESPCN()
