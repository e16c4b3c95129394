"""RoBERTa without its pooler, mean over tokens: the table of positions was taken over with all its rows, those that the
padding token keeps for itself included, and Keras counts from the first one; it knows no padding token either.
"""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["embedding-padding-row"],
            "keras": ["words", "positions"],
            "torch": ["roberta.embeddings.word_embeddings", "roberta.embeddings.position_embeddings"],
            "visible": False,
        },
        {
            "rules": ["position-offset"],
            "keras": ["positions", "embeddings_add"],
            "torch": [
                "roberta.embeddings.position_embeddings",
                "roberta.embeddings",
                "add*",
                "cumsum*",
                "roberta.embeddings.*",
            ],
        },
    ],
}
LIBRARIES = ("keras_hub", "transformers")


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    tokens = keras.Input((9,), dtype="int32")
    words = layers.Embedding(70, 16, name="words")(tokens)
    positions = keras_hub.layers.PositionEmbedding(34, name="positions")(words)
    types = layers.Embedding(1, 16, name="types")(ops.zeros_like(tokens))
    x = layers.Add(name="embeddings_add")([words, types, positions])
    x = layers.LayerNormalization(epsilon=1e-5, name="embeddings_norm")(x)
    for i in range(2):
        x = keras_hub.layers.TransformerEncoder(
            intermediate_dim=32,
            num_heads=4,
            activation="gelu",
            layer_norm_epsilon=1e-5,
            dropout=0.0,
            name=f"layer_{i}",
        )(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(tokens, layers.Dense(2, name="label")(x))


def torch_model():
    from torch import nn
    from transformers import RobertaConfig, RobertaModel

    class Labels(nn.Module):
        def __init__(self):
            super().__init__()
            config = RobertaConfig(
                vocab_size=70,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=32,
                max_position_embeddings=34,
                type_vocab_size=1,
                layer_norm_eps=1e-5,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
            self.roberta = RobertaModel(config, add_pooling_layer=False)
            self.label = nn.Linear(16, 2)

        def forward(self, input_ids):
            return self.label(self.roberta(input_ids).last_hidden_state.mean(1))

    return Labels()
