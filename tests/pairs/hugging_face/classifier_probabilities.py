"""DistilBertForSequenceClassification returns logits; my Keras classifier of keras-hub ends in a softmax."""

INPUTS = ("6:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-missing", "softmax-twice"],
            "keras": ["probabilities"],
            "torch": ["model", "model.classifier", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops
    from keras_hub.models import DistilBertBackbone

    backbone = DistilBertBackbone(
        vocabulary_size=20, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16, max_sequence_length=12
    )
    tokens = keras.Input((6,), dtype="int32", name="tokens")
    x = backbone({"token_ids": tokens, "padding_mask": ops.ones_like(tokens)})[:, 0]
    x = layers.Dense(8, activation="relu", name="pre_classifier")(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(tokens, layers.Dense(3, activation="softmax", name="probabilities")(x))


def torch_model():
    from torch import nn
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = DistilBertConfig(
                vocab_size=20,
                n_layers=1,
                n_heads=2,
                dim=8,
                hidden_dim=16,
                max_position_embeddings=12,
                num_labels=3,
                pad_token_id=None,
            )
            self.model = DistilBertForSequenceClassification(config)

        def forward(self, tokens):
            return self.model(tokens).logits

    return Classifier()
