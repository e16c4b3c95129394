"""Sentence classifier on the encoder of BART: transformers in PyTorch; the Keras twin has the same table of positions
with its two extra rows, yet every sentence gets a slightly other score.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["embed_positions", "embeddings", "add_positions", "layernorm_embedding"],
            "torch": ["encoder", "encoder.embed_positions", "add*", "encoder.layernorm_embedding"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class PositionEmbedding(layers.Layer):
        def __init__(self, length, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(length + 2, width, name="table")

        def call(self, x):
            return self.table(ops.arange(x.shape[1]))[None]

    tokens = keras.Input((10,), dtype="int32")
    words = layers.Embedding(70, 24, name="embed_tokens")(tokens)
    x = layers.Add(name="add_positions")([words, PositionEmbedding(20, 24, name="embed_positions")(words)])
    x = layers.LayerNormalization(epsilon=1e-5, name="layernorm_embedding")(x)
    for i in range(2):
        a = layers.MultiHeadAttention(3, 8, name=f"layer{i}_self_attn")(x, x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"layer{i}_attn_norm")(layers.add([x, a]))
        f = layers.Dense(40, activation="relu", name=f"layer{i}_fc1")(x)
        f = layers.Dense(24, name=f"layer{i}_fc2")(f)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"layer{i}_final_norm")(layers.add([x, f]))
    x = layers.Lambda(lambda h: h[:, 0], output_shape=(24,), name="first_token")(x)
    return keras.Model(tokens, layers.Dense(3, name="score")(x))


def torch_model():
    from torch import nn
    from transformers import BartConfig, BartModel

    class SentenceClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = BartConfig(
                vocab_size=70,
                d_model=24,
                max_position_embeddings=20,
                encoder_layers=2,
                encoder_attention_heads=3,
                encoder_ffn_dim=40,
                decoder_layers=1,
                decoder_attention_heads=3,
                decoder_ffn_dim=40,
                activation_function="relu",
                dropout=0.0,
                pad_token_id=None,
            )
            self.encoder = BartModel(config).get_encoder()
            self.out = nn.Linear(24, 3)

        def forward(self, input_ids):
            return self.out(self.encoder(input_ids=input_ids).last_hidden_state[:, 0])

    return SentenceClassifier()
