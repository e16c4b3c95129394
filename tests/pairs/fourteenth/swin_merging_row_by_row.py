"""Swin with windows of four, one of the blocks shifted. In Keras patch merging is a reshape to (row, column) blocks
instead of four strided slices.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
NO_FILE = "The window attention's view does not survive the decomposition of the PyTorch exporter"
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order", "patch-feature-order", "reshape-order", "pixel-shuffle-order", "permute-axes"],
            "keras": ["merging", "merging/*", "merging_norm", "merging_reduction"],
            "torch": ["*downsample", "cat*", "getitem*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def windows(x, size):
        _, height, width, channels = x.shape
        x = ops.reshape(x, (-1, height // size, size, width // size, size, channels))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, size * size, channels))

    def unwindows(x, size, height, width):
        x = ops.reshape(x, (-1, height // size, width // size, size, size, x.shape[-1]))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height, width, x.shape[-1]))

    class WindowAttention(layers.Layer):
        def __init__(self, width, heads, window, shift=0, **kwargs):
            super().__init__(**kwargs)
            self.width, self.heads, self.window, self.shift = width, heads, window, shift
            self.q = layers.Dense(width, name="q")
            self.k = layers.Dense(width, name="k")
            self.v = layers.Dense(width, name="v")
            self.out = layers.Dense(width, name="out")
            yx = np.stack(np.meshgrid(np.arange(window), np.arange(window), indexing="ij"), -1).reshape(-1, 2)
            offsets = yx[:, None] - yx[None] + window - 1
            self.index = offsets[..., 0] * (2 * window - 1) + offsets[..., 1]

        def build(self, shape):
            self.bias_table = self.add_weight(
                shape=((2 * self.window - 1) ** 2, self.heads), initializer="zeros", name="bias_table"
            )
            self.built = True

        def mask(self, height, width):
            area = np.zeros((height, width))
            for axis in (0, 1):
                for edge in (self.window, self.shift):
                    part = [slice(None), slice(None)]
                    part[axis] = slice((height, width)[axis] - edge, None)
                    area[tuple(part)] += 3 ** (1 - axis)
            n, s = height // self.window, self.window
            area = area.reshape(n, s, width // s, s).transpose(0, 2, 1, 3).reshape(-1, 1, s * s)
            return np.where(area == area.transpose(0, 2, 1), 0.0, -100.0)

        def call(self, x):
            _, height, width, _ = x.shape
            if self.shift:
                x = ops.roll(x, (-self.shift, -self.shift), axis=(1, 2))
            x = windows(x, self.window)

            def split(y):
                return ops.reshape(y, (-1, self.window**2, self.heads, self.width // self.heads))

            scores = ops.einsum("nqhd,nkhd->nhqk", split(self.q(x)), split(self.k(x)))
            scores = scores * (self.width // self.heads) ** -0.5
            scores = scores + ops.transpose(ops.take(self.bias_table, self.index, axis=0), (2, 0, 1))
            if self.shift:
                mask = ops.convert_to_tensor(self.mask(height, width)[None, :, None], scores.dtype)
                whole = ops.shape(scores)
                scores = ops.reshape(scores, (-1, mask.shape[1], self.heads, *scores.shape[2:])) + mask
                scores = ops.reshape(scores, whole)
            x = ops.einsum("nhqk,nkhd->nqhd", ops.softmax(scores, axis=-1), split(self.v(x)))
            x = self.out(ops.reshape(x, (-1, self.window**2, self.width)))
            x = unwindows(x, self.window, height, width)
            return ops.roll(x, (self.shift, self.shift), axis=(1, 2)) if self.shift else x

    class Merging(layers.Layer):
        def call(self, x):
            _, height, width, channels = x.shape
            x = ops.reshape(x, (-1, height // 2, 2, width // 2, 2, channels))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, height // 2, width // 2, 4 * channels))

    def ln(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    def block(x, width, heads, shift, name):
        y = WindowAttention(width, heads, 4, shift, name=f"{name}_attention")(ln(f"{name}_norm1")(x))
        x = layers.Add()([x, y])
        y = layers.Dense(2 * width, activation="relu", name=f"{name}_fc1")(ln(f"{name}_norm2")(x))
        return layers.Add()([x, layers.Dense(width, name=f"{name}_fc2")(y)])

    image = keras.Input((32, 32, 3))
    x = ln("patch_norm")(layers.Conv2D(16, 4, strides=4, name="patches")(image))
    x = block(x, 16, 2, 0, "one_plain")
    x = block(x, 16, 2, 2, "one_shifted")
    x = ln("merging_norm")(Merging(name="merging")(x))
    x = layers.Dense(32, use_bias=False, name="merging_reduction")(x)
    x = block(x, 32, 4, 0, "two")
    x = layers.GlobalAveragePooling2D()(ln("last_norm")(x))
    return keras.Model(image, x)


def torch_model():
    from torch import nn
    from transformers import SwinConfig, SwinModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = SwinConfig(
                image_size=32,
                patch_size=4,
                embed_dim=16,
                depths=[2, 1],
                num_heads=[2, 4],
                window_size=4,
                mlp_ratio=2.0,
                hidden_act="relu",
                hidden_dropout_prob=0.0,
                drop_path_rate=0.0,
                layer_norm_eps=1e-5,
            )
            self.swin = SwinModel(config)

        def forward(self, pixel_values):
            return self.swin(pixel_values).pooler_output

    return Features()
