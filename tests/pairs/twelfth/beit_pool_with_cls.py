"""BEiT with absolute positions, layer scale and keys without bias, its head on the mean of the patches; the pooling of
the Keras rewrite takes the mean over all tokens.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["crop-place", "wiring-other"],
            "keras": ["mean_pool", "pool_norm"],
            "torch": ["beit.beit.pooler", "beit.beit.pooler.*", "beit.beit", "getitem*", "mean*", ""],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers, ops

    class Tokens(layers.Layer):
        def build(self, input_shape):
            width = input_shape[-1]
            self.cls = self.add_weight(shape=(1, 1, width), name="cls")
            self.positions = self.add_weight(shape=(1, input_shape[1] * input_shape[2] + 1, width), name="positions")

        def call(self, x):
            rows = ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3]))
            cls = ops.broadcast_to(self.cls, (ops.shape(x)[0], 1, x.shape[3]))
            return ops.concatenate([cls, rows], axis=1) + self.positions

    class SelfAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads = heads
            self.query = layers.Dense(width, name="query")
            self.key = layers.Dense(width, use_bias=False, name="key")
            self.value = layers.Dense(width, name="value")
            self.out = layers.Dense(width, name="out")

        def call(self, x):
            def split(y):
                y = ops.reshape(y, (-1, y.shape[1], self.heads, y.shape[2] // self.heads))
                return ops.transpose(y, (0, 2, 1, 3))

            q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
            scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / q.shape[-1] ** 0.5
            y = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 1, 3))
            return self.out(ops.reshape(y, (-1, x.shape[1], x.shape[2])))

    class Scale(layers.Layer):
        def build(self, input_shape):
            self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gamma")

        def call(self, x):
            return x * self.gamma

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(16, 4, strides=4, name="patches")(image)
    x = Tokens(name="tokens")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-12, name=f"norm_before_{i}")(x)
        y = Scale(name=f"lambda_1_{i}")(SelfAttention(16, 4, name=f"attention_{i}")(y))
        x = layers.Add(name=f"add_attention_{i}")([x, y])
        y = layers.LayerNormalization(epsilon=1e-12, name=f"norm_after_{i}")(x)
        y = layers.Dense(40, activation="gelu", name=f"intermediate_{i}")(y)
        y = Scale(name=f"lambda_2_{i}")(layers.Dense(16, name=f"output_{i}")(y))
        x = layers.Add(name=f"add_mlp_{i}")([x, y])
    x = layers.GlobalAveragePooling1D(name="mean_pool")(x)
    x = layers.LayerNormalization(epsilon=1e-12, name="pool_norm")(x)
    return keras.Model(image, layers.Dense(5, name="classifier")(x))


def torch_model():
    from torch import nn
    from transformers import BeitConfig, BeitForImageClassification

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.beit = BeitForImageClassification(
                BeitConfig(
                    image_size=16,
                    patch_size=4,
                    hidden_size=16,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    intermediate_size=40,
                    use_absolute_position_embeddings=True,
                    layer_scale_init_value=0.1,
                    drop_path_rate=0.0,
                    num_labels=5,
                )
            )

        def forward(self, pixel_values):
            return self.beit(pixel_values=pixel_values).logits

    return Net()
