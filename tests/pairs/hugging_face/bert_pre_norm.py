"""I wrote BERT's encoder in Keras the modern way, norm first; the weights of transformers do not fit it."""

INPUTS = ("6x8",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-norm-position"],
            "keras": ["layer_normalization", "multi_head_attention*", "add", "layer_normalization_1"],
            "torch": ["layer.attention*", "layer", "layer.add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((6, 8))
    y = layers.LayerNormalization(epsilon=1e-12)(inputs)
    x = layers.Add()([inputs, layers.MultiHeadAttention(2, 4)(y, y)])
    y = layers.LayerNormalization(epsilon=1e-12)(x)
    y = layers.Dense(12, activation="gelu")(y)
    return keras.Model(inputs, layers.Add()([x, layers.Dense(8)(y)]))


def torch_model():
    from torch import nn
    from transformers import BertConfig
    from transformers.models.bert.modeling_bert import BertLayer

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            config = BertConfig(hidden_size=8, num_attention_heads=2, intermediate_size=12)
            config._attn_implementation = "eager"
            self.layer = BertLayer(config)

        def forward(self, x):
            found = self.layer(x)
            return found[0] if isinstance(found, tuple) else found

    return Block()
