"""Vision transformer for 32x32 pictures: the classifier of transformers, and a Keras model whose head reads the class
token straight behind the last block.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "norm-other"],
            "keras": ["block_2_mlp_add", "block_2*", "class_token_out*", "labels", "get_item*", "getitem*"],
            "torch": ["vit.layernorm", "classifier", "getitem*"],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers, ops

    class Tokens(layers.Layer):
        def __init__(self, patch, dim, **kwargs):
            super().__init__(**kwargs)
            self.dim = dim
            self.projection = layers.Conv2D(dim, patch, strides=patch, name="projection")

        def build(self, shape):
            self.projection.build(shape)
            rows, columns = self.projection.compute_output_shape(shape)[1:3]
            self.cls = self.add_weight(shape=(1, 1, self.dim), initializer="zeros", name="cls")
            self.positions = self.add_weight(
                shape=(1, rows * columns + 1, self.dim), initializer=keras.initializers.RandomNormal(0.02), name="pos"
            )

        def call(self, image):
            x = self.projection(image)
            x = ops.reshape(x, (-1, x.shape[1] * x.shape[2], self.dim))
            cls = ops.broadcast_to(self.cls, (ops.shape(x)[0], 1, self.dim))
            return ops.concatenate([cls, x], axis=1) + self.positions

    dim, heads = 32, 2
    image = keras.Input((32, 32, 3))
    x = Tokens(8, dim, name="tokens")(image)
    for i in range(3):
        h = layers.LayerNormalization(epsilon=1e-12, name=f"block_{i}_norm1")(x)
        h = layers.MultiHeadAttention(heads, dim // heads, name=f"block_{i}_attention")(h, h)
        x = layers.Add(name=f"block_{i}_attention_add")([x, h])
        h = layers.LayerNormalization(epsilon=1e-12, name=f"block_{i}_norm2")(x)
        h = layers.Dense(2 * dim, activation="gelu", name=f"block_{i}_mlp1")(h)
        h = layers.Dense(dim, name=f"block_{i}_mlp2")(h)
        x = layers.Add(name=f"block_{i}_mlp_add")([x, h])
    x = layers.Lambda(lambda t: t[:, 0], name="class_token_out")(x)
    return keras.Model(image, layers.Dense(5, name="labels")(x))


def torch_model():
    from torch import nn
    from transformers import ViTConfig, ViTForImageClassification

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            config = ViTConfig(
                image_size=32,
                patch_size=8,
                hidden_size=32,
                num_hidden_layers=3,
                num_attention_heads=2,
                intermediate_size=64,
                num_labels=5,
            )
            whole = ViTForImageClassification(config)
            self.vit, self.classifier = whole.vit, whole.classifier

        def forward(self, pixel_values):
            return self.classifier(self.vit(pixel_values).last_hidden_state[:, 0])

    return Logits()
