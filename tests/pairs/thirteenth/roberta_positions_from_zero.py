"""A small RoBERTa: the configuration is handed to transformers, and Keras stacks encoder layers of keras_hub on its own
embeddings of word, type and position.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["position_embeddings", "position_ids", "embeddings_sum*", "embeddings_norm"],
            "torch": ["roberta.embeddings*", "embeddings*"],
        }
    ],
}
LIBRARIES = ("transformers", "keras_hub")


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    class Positions(layers.Layer):
        def call(self, ids):
            return ops.broadcast_to(ops.arange(ids.shape[1], dtype="int32"), ops.shape(ids))

    ids = keras.Input((12,), dtype="int32", name="ids")
    attended = ops.cast(ops.not_equal(ids, 1), "int32")
    words = layers.Embedding(40, 32, name="word_embeddings")(ids)
    types = layers.Embedding(1, 32, name="token_type_embeddings")(ops.zeros_like(ids))
    places = layers.Embedding(20, 32, name="position_embeddings")(Positions(name="position_ids")(ids))
    x = layers.Add(name="embeddings_sum")([words, types, places])
    x = layers.LayerNormalization(epsilon=1e-5, name="embeddings_norm")(x)
    for i in range(2):
        x = keras_hub.layers.TransformerEncoder(
            64, 2, activation="gelu", layer_norm_epsilon=1e-5, name=f"encoder_layer_{i}"
        )(x, padding_mask=attended)
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import RobertaConfig, RobertaModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = RobertaConfig(
                vocab_size=40,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                max_position_embeddings=20,
                type_vocab_size=1,
                layer_norm_eps=1e-5,
                pad_token_id=1,
            )
            self.roberta = RobertaModel(config, add_pooling_layer=False)
            for table in (self.roberta.embeddings.word_embeddings, self.roberta.embeddings.position_embeddings):
                table.padding_idx = None  # every row is trained in Keras

        def forward(self, input_ids):
            mask = input_ids.ne(self.roberta.config.pad_token_id).long()
            return self.roberta(input_ids, attention_mask=mask).last_hidden_state

    return Encoder()
