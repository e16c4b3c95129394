"""A tiny ViT classifier with random weights from the model library in PyTorch and the same thing written in Keras:
class token in front, learned positions, normalise first, exact GELU.
"""

LIBRARIES = ("transformers",)
INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class ClassTokenAndPositions(layers.Layer):
        def build(self, shape):
            _, count, width = shape
            self.token = self.add_weight(shape=(1, 1, width), initializer="random_normal", name="token")
            self.positions = self.add_weight(shape=(1, count + 1, width), initializer="random_normal", name="positions")

        def call(self, patches):
            token = ops.repeat(self.token, ops.shape(patches)[0], axis=0)
            return ops.concatenate([token, patches], axis=1) + self.positions

    class ExactGelu(layers.Layer):
        def call(self, x):
            return x * 0.5 * (1.0 + ops.erf(x / math.sqrt(2.0)))

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-12, name=name)

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(32, 8, strides=8, name="patches")(image)
    x = layers.Reshape((-1, 32), name="sequence")(x)
    x = ClassTokenAndPositions(name="token_and_positions")(x)
    for i in range(2):
        y = norm(f"norm_before_{i}")(x)
        y = layers.MultiHeadAttention(num_heads=2, key_dim=16, name=f"attention_{i}")(y, y)
        x = layers.Add(name=f"attended_{i}")([x, y])
        y = norm(f"norm_after_{i}")(x)
        y = ExactGelu(name=f"gelu_{i}")(layers.Dense(48, name=f"wide_{i}")(y))
        x = layers.Add(name=f"block_{i}")([x, layers.Dense(32, name=f"narrow_{i}")(y)])
    x = norm("last_norm")(x)
    return keras.Model(image, layers.Dense(4, name="classes")(x[:, 0]))


def torch_model():
    from torch import nn
    from transformers import ViTConfig, ViTForImageClassification

    class Logits(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, pixels):
            return self.model(pixel_values=pixels).logits

    config = ViTConfig(
        image_size=32,
        patch_size=8,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        num_labels=4,
    )
    return Logits(ViTForImageClassification(config))
