"""The encoder of BART, rewritten in Keras from the paper: learned positions, post-norm, exact GELU. The checkpoint has
two more positions than the longest text, so the table here has as many rows.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["embed_positions*", "add", "add_0", "embedded", "layernorm_embedding"],
            "torch": [
                "encoder",
                "encoder.embed_positions",
                "encoder.layernorm_embedding",
                "*add",
                "*embed_positions.add*",
                "add*",
            ],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))

    class LearnedPositions(layers.Layer):
        def __init__(self, longest, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(longest + 2, width, name="table")

        def call(self, x):
            return self.table(ops.arange(ops.shape(x)[1]))

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    def encoder_layer(x, name):
        attention = layers.MultiHeadAttention(2, 16, name=f"{name}_attention")
        x = norm(f"{name}_attention_norm")(layers.add([x, attention(x, x)], name=f"{name}_attention_sum"))
        y = layers.Activation(gelu, name=f"{name}_gelu")(layers.Dense(64, name=f"{name}_fc1")(x))
        y = layers.Dense(32, name=f"{name}_fc2")(y)
        return norm(f"{name}_final_norm")(layers.add([x, y], name=f"{name}_sum"))

    ids = keras.Input((12,), dtype="int32", name="ids")
    words = layers.Embedding(60, 32, name="embed_tokens")(ids)
    x = words + LearnedPositions(16, 32, name="embed_positions")(ids)
    x = norm("layernorm_embedding")(x)
    for i in range(2):
        x = encoder_layer(x, f"layer_{i}")
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import BartConfig
    from transformers.models.bart.modeling_bart import BartEncoder

    class Sentences(nn.Module):
        def __init__(self):
            super().__init__()
            config = BartConfig(
                vocab_size=60,
                max_position_embeddings=16,
                d_model=32,
                encoder_layers=2,
                encoder_attention_heads=2,
                encoder_ffn_dim=64,
                dropout=0.0,
                pad_token_id=None,
            )
            self.encoder = BartEncoder(config)

        def forward(self, ids):
            return self.encoder(input_ids=ids).last_hidden_state

    return Sentences()
