"""RoBERTa from transformers against a Keras port that counts positions from the padding id, as fairseq does."""

INPUTS = ("9:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    # written down as identical at first: the values are, but the rows of the padding id do not learn in PyTorch
    "causes": [
        {
            "rules": ["embedding-padding-row"],
            "keras": ["embeddings.word_embeddings", "embeddings.position_embeddings"],
            "torch": ["roberta.embeddings.word_embeddings", "roberta.embeddings.position_embeddings"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    dim, heads, hidden, eps, pad = 16, 4, 24, 1e-5, 1

    class RobertaEmbeddings(layers.Layer):
        def __init__(self, vocab, max_position, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(vocab, dim, name="word_embeddings")
            self.positions = layers.Embedding(max_position, dim, name="position_embeddings")
            self.types = layers.Embedding(1, dim, name="token_type_embeddings")
            self.norm = layers.LayerNormalization(epsilon=eps, name="LayerNorm")
            self.dropout = layers.Dropout(0.1)

        def call(self, ids, training=None):
            real = ops.cast(ops.not_equal(ids, pad), "int32")
            positions = ops.cumsum(real, axis=1) * real + pad
            x = self.words(ids) + self.positions(positions) + self.types(ops.zeros_like(ids))
            return self.dropout(self.norm(x), training=training)

    ids = keras.Input((9,), dtype="int32", name="input_ids")
    x = RobertaEmbeddings(30, 16, name="embeddings")(ids)
    for i in range(2):
        y = layers.MultiHeadAttention(heads, dim // heads, dropout=0.1, name=f"layer_{i}_attention")(x, x)
        y = layers.Dropout(0.1)(y)
        x = layers.LayerNormalization(epsilon=eps, name=f"layer_{i}_attention_norm")(layers.Add()([x, y]))
        y = layers.Dense(hidden, activation="gelu", name=f"layer_{i}_intermediate")(x)
        y = layers.Dropout(0.1)(layers.Dense(dim, name=f"layer_{i}_output")(y))
        x = layers.LayerNormalization(epsilon=eps, name=f"layer_{i}_output_norm")(layers.Add()([x, y]))
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import RobertaConfig, RobertaModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = RobertaConfig(
                vocab_size=30,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=24,
                max_position_embeddings=16,
                type_vocab_size=1,
                layer_norm_eps=1e-5,
            )
            self.roberta = RobertaModel(config, add_pooling_layer=False)

        def forward(self, input_ids):
            return self.roberta(input_ids)[0]

    return Encoder()
