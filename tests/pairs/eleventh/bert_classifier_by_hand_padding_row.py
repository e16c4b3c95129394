"""A BERT classifier written out in Keras, with its own GELU and a pooler, next to the model of the usual PyTorch
library with a config of two small layers.
"""

INPUTS = ("12:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the table of the library never trains the row of the padding token, which its config has by default
            "rules": ["embedding-padding-row"],
            "keras": ["words"],
            "torch": ["*word_embeddings"],
            "visible": False,
        }
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    vocabulary, length, width, heads, inner = 60, 12, 32, 2, 64

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-12, name=name)

    class Positions(layers.Layer):
        def __init__(self, length, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(length, width, name="table")

        def call(self, x):
            return x + self.table(ops.arange(ops.shape(x)[1]))

    ids = keras.Input((length,), dtype="int32", name="ids")
    words = layers.Embedding(vocabulary, width, name="words")(ids)
    segments = layers.Embedding(2, width, name="segments")(ops.zeros_like(ids))
    x = Positions(16, width, name="positions")(words + segments)
    x = norm("embedding_norm")(x)
    x = layers.Dropout(0.1)(x)
    for i in range(2):
        seen = layers.MultiHeadAttention(heads, width // heads, dropout=0.1, name=f"attention_{i}")(x, x)
        x = norm(f"attention_norm_{i}")(x + layers.Dropout(0.1)(seen))
        y = layers.Dense(inner, activation=gelu, name=f"wide_{i}")(x)
        y = layers.Dense(width, name=f"narrow_{i}")(y)
        x = norm(f"output_norm_{i}")(x + layers.Dropout(0.1)(y))
    pooled = layers.Dense(width, activation="tanh", name="pooler")(x[:, 0])
    logits = layers.Dense(4, name="classifier")(layers.Dropout(0.1)(pooled))
    return keras.Model(ids, logits)


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertModel

    class BertClassifier(nn.Module):
        def __init__(self, num_labels=4):
            super().__init__()
            config = BertConfig(
                vocab_size=60,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=16,
            )
            self.bert = BertModel(config)
            self.drop = nn.Dropout(0.1)
            self.fc = nn.Linear(config.hidden_size, num_labels)

        def forward(self, input_ids):
            outputs = self.bert(input_ids)
            return self.fc(self.drop(outputs.pooler_output))

    return BertClassifier()
