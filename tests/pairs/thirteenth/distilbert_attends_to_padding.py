"""Sentence classifier on DistilBERT, from keras_hub on one side and from transformers on the other. Both see the same
ids, filled up with zeros.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-missing"],
            "keras": ["*transformer_layer_0*", "*padding_mask*", "*not_equal*", "encoder", "distil_bert*"],
            "torch": [
                "distilbert",
                "distilbert.transformer",
                "distilbert.transformer.layer.0",
                "distilbert.transformer.layer.0.attention*",
                "*scaled_dot_product_attention*",
                "*softmax*",
                "",
            ],
        }
    ],
}
LIBRARIES = ("keras_hub", "transformers")


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    backbone = keras_hub.models.DistilBertBackbone(
        vocabulary_size=16,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        dropout=0.0,
        max_sequence_length=10,
        name="encoder",
    )
    token_ids = keras.Input((10,), dtype="int32", name="token_ids")
    padding_mask = ops.cast(ops.not_equal(token_ids, 0), "int32")
    x = backbone({"token_ids": token_ids, "padding_mask": padding_mask})
    x = layers.Dense(32, activation="relu", name="pooled_dense")(x[:, 0])
    return keras.Model(token_ids, layers.Dense(3, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import DistilBertConfig, DistilBertModel

    class SentenceClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.distilbert = DistilBertModel(
                DistilBertConfig(
                    vocab_size=16,
                    max_position_embeddings=10,
                    n_layers=2,
                    n_heads=2,
                    dim=32,
                    hidden_dim=48,
                    dropout=0.0,
                    attention_dropout=0.0,
                )
            )
            self.distilbert.embeddings.word_embeddings.padding_idx = None  # train every row, as Keras does
            self.pre_classifier = nn.Linear(32, 32)
            self.classifier = nn.Linear(32, 3)

        def forward(self, input_ids):
            hidden = self.distilbert(input_ids)[0]
            return self.classifier(self.pre_classifier(hidden[:, 0]).relu())

    return SentenceClassifier()
