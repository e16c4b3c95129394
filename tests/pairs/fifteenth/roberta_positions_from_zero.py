"""RoBERTa for sentence classification, written in Keras after a BERT that was already there: the table of positions
has its two rows more than the longest text, but is read from its first row, and the head is two plain dense layers.
"""

LIBRARIES = ("transformers",)
INPUTS = ("11:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["positions", "positions/*", "embeddings"],
            "torch": ["roberta.embeddings", "add*"],
        },
        {
            "rules": ["activation-other"],
            "keras": ["head_dense", "head_out"],
            "torch": ["classifier", "tanh*"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class PositionTable(layers.Layer):
        def __init__(self, rows, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(rows, width, name="table")

        def call(self, ids):
            return self.table(ops.arange(ids.shape[1]))[None]

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    ids = keras.Input((11,), dtype="int32")
    x = layers.Embedding(70, 32, name="words")(ids)
    x = x + layers.Embedding(1, 32, name="types")(ops.zeros_like(ids))
    x = norm("embeddings_norm")(layers.Add(name="embeddings")([x, PositionTable(18, 32, name="positions")(ids)]))
    for i in range(2):
        y = layers.MultiHeadAttention(2, 16, name=f"attention_{i}")(x, x)
        x = norm(f"attention_norm_{i}")(layers.Add(name=f"attention_add_{i}")([x, y]))
        y = layers.Dense(40, activation="gelu", name=f"intermediate_{i}")(x)
        y = layers.Dense(32, name=f"output_{i}")(y)
        x = norm(f"output_norm_{i}")(layers.Add(name=f"output_add_{i}")([x, y]))
    x = layers.Dense(32, name="head_dense")(x[:, 0])
    return keras.Model(ids, layers.Dense(3, name="head_out")(x))


def torch_model():
    from transformers import RobertaConfig, RobertaForSequenceClassification

    class Classifier(RobertaForSequenceClassification):
        def __init__(self, config):
            super().__init__(config)
            embeddings = self.roberta.embeddings
            for table in (embeddings.word_embeddings, embeddings.position_embeddings):
                table.padding_idx = None  # the rows of the padding are trained like all others

        def forward(self, input_ids):
            return super().forward(input_ids).logits

    return Classifier(
        RobertaConfig(
            vocab_size=70,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=40,
            max_position_embeddings=18,
            type_vocab_size=1,
            layer_norm_eps=1e-5,
            num_labels=3,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )
