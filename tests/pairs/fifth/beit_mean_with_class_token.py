"""BEiT with relative position bias per layer and layer scale, transformers against my Keras code.

BEiT pools the mean of the patches and then normalises; my GlobalAveragePooling1D takes the class token along.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["crop-place", "wiring-other"],
            "keras": ["mean", "pool_norm"],
            "torch": ["beit.pooler", "beit.pooler.*", "mean*", "getitem*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def index(h, w):
        at = np.stack(np.meshgrid(np.arange(h), np.arange(w), indexing="ij")).reshape(2, -1)
        dy, dx = at[:, :, None] - at[:, None]
        found = np.full((h * w + 1, h * w + 1), (2 * h - 1) * (2 * w - 1))
        found[1:, 1:] = (dy + h - 1) * (2 * w - 1) + dx + w - 1
        found[1:, 0] += 1
        found[0, 0] += 2
        return found

    class ClassToken(layers.Layer):
        def build(self, shape):
            self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="random_normal", name="cls_token")

        def call(self, x):
            return ops.concatenate([ops.repeat(self.token, ops.shape(x)[0], axis=0), x], axis=1)

    class RelativeBias(layers.Layer):
        def __init__(self, heads, grid, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.index = heads, index(*grid)

        def build(self, shape):
            shape = (int(self.index.max()) + 1, self.heads)
            self.table = self.add_weight(shape=shape, initializer="random_normal", name="table")

        def call(self, scores):
            return scores + ops.transpose(ops.take(self.table, self.index, axis=0), (2, 0, 1))

    class Block(layers.Layer):
        def __init__(self, width, heads, inner, grid, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.width = heads, width
            self.q, self.k = layers.Dense(width, name="q"), layers.Dense(width, use_bias=False, name="k")
            self.v, self.o = layers.Dense(width, name="v"), layers.Dense(width, name="o")
            self.norm1, self.norm2 = (layers.LayerNormalization(epsilon=1e-12, name=f"norm{i}") for i in (1, 2))
            self.fc1, self.fc2 = layers.Dense(inner, activation="gelu", name="fc1"), layers.Dense(width, name="fc2")
            self.bias = RelativeBias(heads, grid, name="relative_bias")

        def build(self, shape):
            self.lambda_1, self.lambda_2 = (
                self.add_weight(shape=(self.width,), initializer=keras.initializers.Constant(0.1), name=f"lambda_{i}")
                for i in (1, 2)
            )

        def call(self, x):
            n, y = x.shape[1], self.norm1(x)
            size = self.width // self.heads
            q, k, v = (ops.reshape(f(y), (-1, n, self.heads, size)) for f in (self.q, self.k, self.v))
            scores = self.bias(ops.einsum("bqhd,bkhd->bhqk", q, k) / size**0.5)
            y = ops.reshape(ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v), (-1, n, self.width))
            x = x + self.lambda_1 * self.o(y)
            return x + self.lambda_2 * self.fc2(self.fc1(self.norm2(x)))

    image = keras.Input((32, 32, 3))
    x = layers.Reshape((16, 16))(layers.Conv2D(16, 8, 8, name="patches")(image))
    x = ClassToken(name="class_token")(x)
    for i in range(2):
        x = Block(16, 4, 24, (4, 4), name=f"block_{i}")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(image, layers.LayerNormalization(epsilon=1e-12, name="pool_norm")(x))


def torch_model():
    from torch import nn
    from transformers import BeitConfig, BeitModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = BeitConfig(
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=24,
                image_size=32,
                patch_size=8,
                use_relative_position_bias=True,
                drop_path_rate=0.0,
            )
            self.beit = BeitModel(config)

        def forward(self, image):
            return self.beit(image).pooler_output

    return Features()
