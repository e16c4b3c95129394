"""LayerNormalization() is 1e-3 in Keras; ViT of transformers has 1e-12."""

INPUTS = ("5x8",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["layer_normalization"], "torch": ["layer.layernorm_before"]},
        {"rules": ["norm-epsilon"], "keras": ["layer_normalization_1"], "torch": ["layer.layernorm_after"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((5, 8))
    y = layers.LayerNormalization()(inputs)
    x = layers.Add()([inputs, layers.MultiHeadAttention(2, 4, name="mha")(y, y)])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(12, activation="gelu", name="fc1")(y)
    return keras.Model(inputs, layers.Add()([x, layers.Dense(8, name="fc2")(y)]))


def torch_model():
    from torch import nn
    from transformers import ViTConfig
    from transformers.models.vit.modeling_vit import ViTLayer

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            config = ViTConfig(hidden_size=8, num_attention_heads=2, intermediate_size=12)
            config._attn_implementation = "sdpa"
            self.layer = ViTLayer(config)

        def forward(self, x):
            found = self.layer(x)
            return found[0] if isinstance(found, tuple) else found

    return Block()
