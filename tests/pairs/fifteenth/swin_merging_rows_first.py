"""Swin transformer in Keras with the shift, its mask and the table of relative positions, for weights of the PyTorch
model; four neighbouring patches become one by a reshape and a transpose.
"""

LIBRARIES = ("transformers",)
INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["patch-feature-order", "concat-order", "pixel-shuffle-order", "reshape-order", "permute-axes"],
            "keras": ["merge", "merge/*"],
            "torch": ["swin.encoder.layers.0.downsample", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def to_windows(x, size):
        _, h, w, c = x.shape
        x = ops.reshape(x, (-1, h // size, size, w // size, size, c))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, size * size, c))

    def from_windows(x, size, h, w):
        c = x.shape[-1]
        x = ops.reshape(x, (-1, h // size, w // size, size, size, c))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, h, w, c))

    def shift_mask(h, w, size, shift):
        region = np.zeros((h, w))
        bounds = (slice(0, -size), slice(-size, -shift), slice(-shift, None))
        for i, rows in enumerate(bounds):
            for j, columns in enumerate(bounds):
                region[rows, columns] = 3 * i + j
        region = region.reshape(h // size, size, w // size, size).transpose(0, 2, 1, 3).reshape(-1, size * size)
        return np.where(region[:, None] == region[:, :, None], 0.0, -100.0)

    class WindowAttention(layers.Layer):
        def __init__(self, dim, heads, size, mask=None, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size, self.mask = heads, size, mask
            self.query, self.key, self.value, self.proj = (
                layers.Dense(dim, name=name) for name in ("query", "key", "value", "proj")
            )
            row, column = np.divmod(np.arange(size * size), size)
            row = row[:, None] - row + size - 1
            column = column[:, None] - column + size - 1
            self.index = (row * (2 * size - 1) + column).reshape(-1)

        def build(self, shape):
            for each in (self.query, self.key, self.value, self.proj):
                each.build(shape)
            self.table = self.add_weight(shape=((2 * self.size - 1) ** 2, self.heads), name="table")

        def call(self, x):
            _, n, c = x.shape
            split = (-1, n, self.heads, c // self.heads)
            q, k, v = (ops.reshape(each(x), split) for each in (self.query, self.key, self.value))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * (c // self.heads) ** -0.5
            bias = ops.reshape(ops.take(self.table, self.index, axis=0), (n, n, self.heads))
            scores = scores + ops.transpose(bias, (2, 0, 1))
            if self.mask is not None:
                mask = ops.cast(self.mask, scores.dtype)[None, :, None]
                scores = ops.reshape(scores, (-1, len(self.mask), self.heads, n, n)) + mask
                scores = ops.reshape(scores, (-1, self.heads, n, n))
            x = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            return self.proj(ops.reshape(x, (-1, n, c)))

    class PatchMerging(layers.Layer):
        def __init__(self, dim, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.reduction = layers.Dense(2 * dim, use_bias=False, name="reduction")

        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h // 2, 2, w // 2, 2, c))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return self.reduction(self.norm(ops.reshape(x, (-1, h // 2, w // 2, 4 * c))))

    def block(x, dim, heads, size, shift, name):
        _, h, w, _ = x.shape
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm_1")(x)
        y = ops.roll(y, (-shift, -shift), axis=(1, 2)) if shift else y
        mask = shift_mask(h, w, size, shift) if shift else None
        y = WindowAttention(dim, heads, size, mask, name=f"{name}_attention")(to_windows(y, size))
        y = from_windows(y, size, h, w)
        x = x + (ops.roll(y, (shift, shift), axis=(1, 2)) if shift else y)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm_2")(x)
        y = layers.Dense(2 * dim, activation="gelu", name=f"{name}_fc1")(y)
        return x + layers.Dense(dim, name=f"{name}_fc2")(y)

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 4, strides=4, name="patches")(image)
    x = layers.LayerNormalization(epsilon=1e-5, name="patches_norm")(x)
    x = block(x, 16, 2, 4, 0, "stage_0_block_0")
    x = block(x, 16, 2, 4, 2, "stage_0_block_1")
    x = PatchMerging(16, name="merge")(x)
    x = block(x, 32, 4, 4, 0, "stage_1_block_0")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
    return keras.Model(image, layers.GlobalAveragePooling2D(name="pool")(x))


def torch_model():
    from torch import nn
    from transformers import SwinConfig, SwinModel

    class Features(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.swin = SwinModel(config)

        def forward(self, pixel_values):
            return self.swin(pixel_values).pooler_output

    return Features(
        SwinConfig(
            image_size=32,
            patch_size=4,
            embed_dim=16,
            depths=[2, 1],
            num_heads=[2, 4],
            window_size=4,
            mlp_ratio=2.0,
            drop_path_rate=0.0,
        )
    )
