"""DINOv2 from transformers; the Keras blocks scale the attention branch only, the one of the MLP was forgotten."""

INPUTS = ("28x28x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "scale-other"],
            "keras": ["block*_fc2", "block*_mlp_add", "block*_norm1", "norm"],
            "torch": ["dino.encoder.*.layer_scale2", "dino.encoder.*.mlp*", "dino.encoder.*.norm1", "dino.layernorm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class LayerScale(layers.Layer):
        def __init__(self, value=0.5, **kwargs):
            super().__init__(**kwargs)
            self.value = value

        def build(self, shape):
            self.lambda1 = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(self.value), name="lambda1"
            )

        def call(self, x):
            return x * self.lambda1

    class Tokens(layers.Layer):
        def build(self, shape):
            _, n, d = shape
            self.cls = self.add_weight(shape=(1, 1, d), initializer="zeros", name="cls_token")
            self.pos = self.add_weight(shape=(1, n + 1, d), initializer="random_normal", name="pos_embed")

        def call(self, x):
            cls = ops.broadcast_to(self.cls, (ops.shape(x)[0], 1, x.shape[-1]))
            return ops.concatenate([cls, x], axis=1) + self.pos

    images = keras.Input((28, 28, 3))
    x = layers.Conv2D(16, 7, strides=7, name="patch_embed")(images)
    x = layers.Reshape((16, 16), name="to_sequence")(x)
    x = Tokens(name="tokens")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"block{i}_norm1")(x)
        y = layers.MultiHeadAttention(4, 4, name=f"block{i}_attn")(y, y)
        y = LayerScale(name=f"block{i}_ls1")(y)
        x = layers.Add(name=f"block{i}_attn_add")([x, y])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"block{i}_norm2")(x)
        y = layers.Dense(32, activation="gelu", name=f"block{i}_fc1")(y)
        y = layers.Dense(16, name=f"block{i}_fc2")(y)
        x = layers.Add(name=f"block{i}_mlp_add")([x, y])
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    return keras.Model(images, x[:, 0])


def torch_model():
    from torch import nn
    from transformers import Dinov2Config, Dinov2Model

    class Pooled(nn.Module):
        def __init__(self):
            super().__init__()
            self.dino = Dinov2Model(
                Dinov2Config(
                    hidden_size=16,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    mlp_ratio=2,
                    image_size=28,
                    patch_size=7,
                    layerscale_value=0.5,
                    use_mask_token=False,
                )
            )

        def forward(self, pixel_values):
            return self.dino(pixel_values).pooler_output

    return Pooled()
