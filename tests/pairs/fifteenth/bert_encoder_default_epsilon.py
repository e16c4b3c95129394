"""BERT put together in Keras from a ready-made encoder layer, to load the weights of the PyTorch model: the norm after
the embeddings was given its 1e-12, the encoder layers were left with what they have by default.
"""

LIBRARIES = ("keras_hub", "transformers")
INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["encoder_0", "encoder_0/*", "encoder_1", "encoder_1/*"],
            "torch": ["bert.encoder.layer.0", "bert.encoder.layer.1"],
        }
    ],
}


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    ids = keras.Input((12,), dtype="int32", name="token_ids")
    words = layers.Embedding(64, 32, name="word_embeddings")(ids)
    types = layers.Embedding(2, 32, name="token_type_embeddings")(ops.zeros_like(ids))
    positions = keras_hub.layers.PositionEmbedding(20, name="position_embeddings")(words)
    x = layers.Add(name="embeddings")([words, types, positions])
    x = layers.LayerNormalization(epsilon=1e-12, name="embeddings_norm")(x)
    for i in range(2):
        x = keras_hub.layers.TransformerEncoder(
            intermediate_dim=48, num_heads=2, activation="gelu", name=f"encoder_{i}"
        )(x)
    return keras.Model(ids, layers.Dense(32, activation="tanh", name="pooler")(x[:, 0, :]))


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertModel

    class Pooled(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.bert = BertModel(config)

        def forward(self, input_ids):
            return self.bert(input_ids).pooler_output

    return Pooled(
        BertConfig(
            vocab_size=64,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=48,
            max_position_embeddings=20,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            pad_token_id=None,
        )
    )
