"""A vision transformer written after keras.io, with a class token, against ViTForImageClassification."""

INPUTS = ("16x16x3",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class TokensAndPositions(layers.Layer):
        def build(self, shape):
            self.cls = self.add_weight(name="cls", shape=(1, 1, shape[-1]), initializer="random_normal")
            self.positions = self.add_weight(
                name="positions", shape=(1, shape[1] + 1, shape[-1]), initializer="random_normal"
            )

        def call(self, x):
            cls = ops.tile(self.cls, (ops.shape(x)[0], 1, 1))
            return ops.concatenate([cls, x], axis=1) + self.positions

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 8, strides=8, name="patches")(image)
    x = layers.Reshape((4, 8))(x)
    x = TokensAndPositions()(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(num_heads=2, key_dim=4)(y, y)])
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.Dense(16, activation=keras.activations.gelu)(y)
        x = layers.Add()([x, layers.Dense(8)(y)])
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    return keras.Model(image, layers.Dense(3)(x[:, 0]))


def torch_model():
    from torch import nn
    from transformers import ViTConfig, ViTForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = ViTConfig(
                image_size=16,
                patch_size=8,
                hidden_size=8,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=16,
                layer_norm_eps=1e-6,
                num_labels=3,
            )
            self.model = ViTForImageClassification(config)

        def forward(self, pixels):
            return self.model(pixels).logits

    return Classifier()
