"""Twins-SVT of timm in Keras. The conditional positions (a depthwise convolution) come after the first block of a
stage; I have put them in front of it, like positions everywhere else.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("timm",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "positions-missing"],
            "keras": ["s?_position*", "s?b?_*", "s?_embed_norm"],
            "torch": ["pos_block.*", "blocks.?.?", "blocks.?.?.norm1", "blocks.?.?.attn*", "patch_embeds.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def attend(q, k, v, heads):
        """(..., T, C) three times; heads are cut here."""

        def cut(z):
            return ops.moveaxis(ops.reshape(z, (-1, *z.shape[1:-1], heads, z.shape[-1] // heads)), -2, -3)

        q, k, v = cut(q), cut(k), cut(v)
        scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / ops.sqrt(ops.cast(q.shape[-1], q.dtype))
        y = ops.moveaxis(ops.matmul(ops.softmax(scores), v), -3, -2)
        return ops.reshape(y, (-1, *y.shape[1:-2], y.shape[-2] * y.shape[-1]))

    def local(x, heads, window, name):
        h, w, c = x.shape[1:]
        x = ops.reshape(x, (-1, h // window, window, w // window, window, c))
        x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, window * window, c))
        y = attend(*ops.split(layers.Dense(3 * c, name=f"{name}_qkv")(x), 3, -1), heads)
        y = layers.Dense(c, name=f"{name}_proj")(y)
        y = ops.transpose(ops.reshape(y, (-1, h // window, w // window, window, window, c)), (0, 1, 3, 2, 4, 5))
        return ops.reshape(y, (-1, h, w, c))

    def subsampled(x, heads, ratio, name):
        h, w, c = x.shape[1:]
        few = layers.Conv2D(c, ratio, ratio, name=f"{name}_sr")(x)
        few = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(few)
        k, v = ops.split(layers.Dense(2 * c, name=f"{name}_kv")(ops.reshape(few, (-1, h * w // ratio**2, c))), 2, -1)
        q = ops.reshape(layers.Dense(c, name=f"{name}_q")(x), (-1, h * w, c))
        y = layers.Dense(c, name=f"{name}_proj")(attend(q, k, v, heads))
        return ops.reshape(y, (-1, h, w, c))

    def block(x, attention, name):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm1")(x)
        x = layers.Add(name=f"{name}_add1")([x, attention(y)])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm2")(x)
        y = layers.Dense(2 * x.shape[-1], activation="gelu", name=f"{name}_fc1")(y)
        return layers.Add(name=f"{name}_add2")([x, layers.Dense(x.shape[-1], name=f"{name}_fc2")(y)])

    x = images = keras.Input((32, 32, 3))
    for s, (dim, patch, ratio, window) in enumerate([(8, 4, 4, 4), (16, 2, 2, 2)]):
        x = layers.Conv2D(dim, patch, patch, name=f"s{s}_embed")(x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"s{s}_embed_norm")(x)
        position = layers.DepthwiseConv2D(3, padding="same", name=f"s{s}_position")
        x = layers.Add(name=f"s{s}_position_add")([x, position(x)])
        x = block(x, lambda y: local(y, 2, window, f"s{s}b0"), f"s{s}b0")  # noqa: B023
        x = block(x, lambda y: subsampled(y, 2, ratio, f"s{s}b1"), f"s{s}b1")  # noqa: B023
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    return keras.Model(images, layers.Dense(5, name="head")(layers.GlobalAveragePooling2D(name="pool")(x)))


def torch_model():
    from timm.models.twins import Twins

    return Twins(
        img_size=32,
        patch_size=4,
        num_classes=5,
        embed_dims=(8, 16),
        num_heads=(2, 2),
        mlp_ratios=(2, 2),
        depths=(2, 2),
        sr_ratios=(4, 2),
        wss=(4, 2),
    )
