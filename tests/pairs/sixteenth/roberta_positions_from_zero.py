"""I rebuilt a small RoBERTa classifier in Keras and moved the weights over; the logits come close to those of the
PyTorch model but never match.
"""

LIBRARIES = ("transformers",)
INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["embeddings", "embeddings/*", "positions*"],
            "torch": [
                "roberta.roberta.embeddings",
                "roberta.roberta.embeddings.*",
                "cumsum*",
                "add*",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class RobertaEmbeddings(layers.Layer):
        def __init__(self, vocab, length, width, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(vocab, width, name="words")
            self.positions = layers.Embedding(length, width, name="positions")
            self.types = layers.Embedding(1, width, name="types")
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")

        def build(self, shape):
            for part in (self.words, self.positions, self.types):
                part.build(shape)
            self.norm.build((*shape, self.words.output_dim))

        def call(self, ids):
            where = ops.arange(ids.shape[1], dtype="int32")[None]
            return self.norm(self.words(ids) + self.types(ops.zeros_like(ids)) + self.positions(where))

    def block(x, width, heads, inner, name):
        y = layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attention")(x, x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_attention_norm")(layers.Add()([x, y]))
        y = layers.Dense(inner, activation="gelu", name=f"{name}_inner")(x)
        y = layers.Dense(width, name=f"{name}_outer")(y)
        return layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(layers.Add()([x, y]))

    ids = keras.Input((12,), dtype="int32", name="ids")
    x = RobertaEmbeddings(60, 20, 32, name="embeddings")(ids)
    for i in range(2):
        x = block(x, 32, 2, 48, f"block_{i}")
    x = layers.Dense(32, activation="tanh", name="pooled")(x[:, 0])
    return keras.Model(ids, layers.Dense(3, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import RobertaConfig, RobertaForSequenceClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.roberta = RobertaForSequenceClassification(
                RobertaConfig(
                    vocab_size=60,
                    hidden_size=32,
                    num_hidden_layers=2,
                    num_attention_heads=2,
                    intermediate_size=48,
                    max_position_embeddings=20,
                    type_vocab_size=1,
                    layer_norm_eps=1e-5,
                    hidden_dropout_prob=0.0,
                    attention_probs_dropout_prob=0.0,
                    num_labels=3,
                )
            )

        def forward(self, input_ids):
            return self.roberta(input_ids=input_ids.long()).logits

    return Classifier()
