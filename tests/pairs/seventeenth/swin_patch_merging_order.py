"""Small Swin from transformers on the PyTorch side, ported to Keras layers; the first stage agrees, and from the patch
merging on, where I used reshapes, it does not.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["patch-feature-order", "concat-order", "reshape-order", "concatenate-axis", "permute-axes"],
            "keras": ["merging", "merging/*"],
            "torch": [
                "model.swin.encoder.layers.0.downsample",
                "model.swin.encoder.layers.0.downsample.*",
                "model.swin.encoder.layers.0",
                "cat*",
            ],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    window = 4

    def gelu(x):
        return 0.5 * x * (1 + ops.erf(x / np.sqrt(2.0)))

    class WindowAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.width, self.heads = width, heads
            self.q = layers.Dense(width, name="q")
            self.k = layers.Dense(width, name="k")
            self.v = layers.Dense(width, name="v")
            self.out = layers.Dense(width, name="out")

        def build(self, shape):
            for layer in (self.q, self.k, self.v, self.out):
                layer.build(shape)
            self.table = self.add_weight(name="table", shape=((2 * window - 1) ** 2, self.heads), initializer="zeros")
            at = np.stack(np.meshgrid(np.arange(window), np.arange(window), indexing="ij"), -1).reshape(-1, 2)
            away = at[:, None] - at[None] + window - 1
            self.away = away[..., 0] * (2 * window - 1) + away[..., 1]

        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h // window, window, w // window, window, c))
            x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, window * window, c))

            def split(y):
                return ops.reshape(y, (-1, window * window, self.heads, c // self.heads))

            scores = ops.einsum("bqhd,bkhd->bhqk", split(self.q(x)), split(self.k(x))) * (c // self.heads) ** -0.5
            scores = scores + ops.transpose(ops.take(self.table, self.away, axis=0), (2, 0, 1))
            x = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), split(self.v(x)))
            x = self.out(ops.reshape(x, (-1, window * window, c)))
            x = ops.reshape(x, (-1, h // window, w // window, window, window, c))
            return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, h, w, c))

    class PatchMerging(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.reduction = layers.Dense(2 * width, use_bias=False, name="reduction")

        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h // 2, 2, w // 2, 2, c))
            x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, h // 2, w // 2, 4 * c))
            return self.reduction(self.norm(x))

    def block(x, width, heads, name):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_before")(x)
        x = layers.Add(name=f"{name}_add_a")([x, WindowAttention(width, heads, name=f"{name}_attention")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_after")(x)
        y = layers.Dense(2 * width, activation=gelu, name=f"{name}_wide")(y)
        return layers.Add(name=f"{name}_add_b")([x, layers.Dense(width, name=f"{name}_narrow")(y)])

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 2, strides=2, name="patches")(image)
    x = layers.LayerNormalization(epsilon=1e-5, name="patches_norm")(x)
    x = block(x, 16, 2, "stage_0")
    x = PatchMerging(16, name="merging")(x)
    x = block(x, 32, 4, "stage_1")
    x = layers.LayerNormalization(epsilon=1e-5, name="last_norm")(x)
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    return keras.Model(image, layers.Dense(6, name="classifier")(x))


def torch_model():
    from torch import nn
    from transformers import SwinConfig, SwinForImageClassification

    config = SwinConfig(
        image_size=32,
        patch_size=2,
        embed_dim=16,
        depths=[1, 1],
        num_heads=[2, 4],
        window_size=4,
        mlp_ratio=2.0,
        drop_path_rate=0.0,
        layer_norm_eps=1e-5,
        num_labels=6,
    )

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = SwinForImageClassification(config)

        def forward(self, pixel_values):
            return self.model(pixel_values).logits

    return Logits()
