"""BERT from two model libraries with one small set of sizes, pooled output with a classifier behind it; in the PyTorch
config only sizes and dropout were chosen.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gelu-form"],
            "keras": ["bert", "bert/*", "transformer_layer_0", "transformer_layer_0/*"],
            "torch": ["bert.encoder.layer.0", "gelu*"],
        }
    ],
}
LIBRARIES = ("keras_hub", "transformers")


def keras_model():
    import keras
    import keras_hub
    from keras import ops

    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=70,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        dropout=0.0,
        max_sequence_length=20,
        name="bert",
    )
    tokens = keras.Input((12,), dtype="int32", name="tokens")
    found = backbone(
        {
            "token_ids": tokens,
            "segment_ids": ops.zeros_like(tokens),
            "padding_mask": ops.ones_like(tokens),
        }
    )
    return keras.Model(tokens, keras.layers.Dense(3, name="sentiment")(found["pooled_output"]))


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertModel

    class Sentiment(nn.Module):
        def __init__(self):
            super().__init__()
            config = BertConfig(
                vocab_size=70,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=48,
                max_position_embeddings=20,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                pad_token_id=None,
            )
            self.bert = BertModel(config)
            self.head = nn.Linear(32, 3)

        def forward(self, input_ids):
            return self.head(self.bert(input_ids).pooler_output)

    return Sentiment()
