"""Padding gets all the attention: the mask that I hand to transformers is 1 where the padding is."""

INPUTS = ("7:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-polarity"],
            "keras": ["multi_head_attention*"],
            "torch": ["bert.encoder.layer.0.attention*", "bert.encoder.layer.0", "bert", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Embeddings(layers.Layer):
        def __init__(self):
            super().__init__()
            self.words = layers.Embedding(9, 8)
            self.positions = layers.Embedding(7, 8)
            self.kinds = layers.Embedding(2, 8)
            self.norm = layers.LayerNormalization(epsilon=1e-12)

        def call(self, ids):
            x = self.words(ids) + self.positions(ops.arange(7)) + self.kinds(ops.zeros_like(ids))
            return self.norm(x)

    ids = keras.Input((7,), dtype="int32")
    mask = ops.expand_dims(ops.not_equal(ids, 0), 1)
    x = Embeddings()(ids)
    y = layers.MultiHeadAttention(2, 4)(x, x, attention_mask=mask)
    x = layers.LayerNormalization(epsilon=1e-12)(layers.Add()([x, y]))
    y = layers.Dense(8)(layers.Dense(12, activation="relu")(x))
    x = layers.LayerNormalization(epsilon=1e-12)(layers.Add()([x, y]))
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = BertConfig(
                vocab_size=9,
                hidden_size=8,
                num_hidden_layers=1,
                num_attention_heads=2,
                intermediate_size=12,
                hidden_act="relu",
                max_position_embeddings=7,
                pad_token_id=None,
            )
            self.bert = BertModel(config, add_pooling_layer=False)

        def forward(self, ids):
            return self.bert(ids, attention_mask=(ids == 0).long()).last_hidden_state

    return Encoder()
