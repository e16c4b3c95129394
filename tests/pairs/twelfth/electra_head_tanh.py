"""ELECTRA's small discriminator for sentences: narrow embeddings, a projection, two layers, and a head on the first
token whose dense layer got the tanh of BERT's pooler in Keras.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["head_dense"],
            "torch": ["electra.classifier.activation", "electra.classifier", "electra.classifier.dense"],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers, ops

    class Embeddings(layers.Layer):
        def __init__(self, vocabulary, length, width, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(vocabulary, width, name="words")
            self.positions = layers.Embedding(length, width, name="positions")
            self.types = layers.Embedding(2, width, name="types")
            self.norm = layers.LayerNormalization(epsilon=1e-12, name="norm")
            self.drop = layers.Dropout(0.1)

        def call(self, ids):
            x = self.words(ids) + self.types(ops.zeros_like(ids)) + self.positions(ops.arange(ids.shape[1]))
            return self.drop(self.norm(x))

    tokens = keras.Input((10,), dtype="int32")
    x = Embeddings(60, 32, 12, name="embeddings")(tokens)
    x = layers.Dense(16, name="embeddings_project")(x)
    for i in range(2):
        y = layers.MultiHeadAttention(4, 4, dropout=0.1, name=f"attention_{i}")(x, x)
        x = layers.Add()([x, layers.Dropout(0.1)(y)])
        x = layers.LayerNormalization(epsilon=1e-12, name=f"attention_norm_{i}")(x)
        y = layers.Dense(32, activation="gelu", name=f"intermediate_{i}")(x)
        y = layers.Dropout(0.1)(layers.Dense(16, name=f"output_{i}")(y))
        x = layers.LayerNormalization(epsilon=1e-12, name=f"output_norm_{i}")(layers.Add()([x, y]))
    x = layers.Dropout(0.1)(x[:, 0])
    x = layers.Dense(16, activation="tanh", name="head_dense")(x)
    x = layers.Dropout(0.1)(x)
    return keras.Model(tokens, layers.Dense(3, name="head_out")(x))


def torch_model():
    from torch import nn
    from transformers import ElectraConfig, ElectraForSequenceClassification

    class Sentences(nn.Module):
        def __init__(self):
            super().__init__()
            self.electra = ElectraForSequenceClassification(
                ElectraConfig(
                    vocab_size=60,
                    embedding_size=12,
                    hidden_size=16,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    intermediate_size=32,
                    max_position_embeddings=32,
                    pad_token_id=None,
                    num_labels=3,
                )
            )

        def forward(self, input_ids):
            return self.electra(input_ids=input_ids).logits

    return Sentences()
