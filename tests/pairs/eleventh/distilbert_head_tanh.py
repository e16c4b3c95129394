"""DistilBERT for review sentiment: sequence classification in PyTorch, in Keras the backbone with a head of two dense
layers put on the first token as I knew it from BERT.
"""

INPUTS = ("12:int32",)
LIBRARIES = ("keras_hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["pooled", "pooled/*"],
            "torch": ["bert.pre_classifier", "relu*", "bert.relu*", "bert.activation*", "bert", ""],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    tokens = keras.Input((12,), dtype="int32", name="token_ids")
    backbone = keras_hub.models.DistilBertBackbone(
        vocabulary_size=60,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        dropout=0.0,
        max_sequence_length=16,
        name="distilbert",
    )
    hidden = backbone({"token_ids": tokens, "padding_mask": ops.ones_like(tokens)})
    x = layers.Dense(32, activation="tanh", name="pooled")(hidden[:, 0])
    x = layers.Dropout(0.2, name="pooled_dropout")(x)
    return keras.Model(tokens, layers.Dense(3, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    config = DistilBertConfig(
        vocab_size=60,
        max_position_embeddings=16,
        n_layers=2,
        n_heads=2,
        dim=32,
        hidden_dim=48,
        dropout=0.0,
        attention_dropout=0.0,
        num_labels=3,
    )

    class Sentiment(nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = DistilBertForSequenceClassification(config)

        def forward(self, input_ids):
            return self.bert(input_ids=input_ids).logits

    return Sentiment()
