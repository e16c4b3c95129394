"""CLIP's text tower with its projection: causal attention, the quick GELU, and the sentence read at the token with the
highest number.
"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    from keras import layers, ops

    def quick_gelu(x):
        return x * ops.sigmoid(1.702 * x)

    class Positions(layers.Layer):
        def build(self, input_shape):
            self.table = self.add_weight(shape=(9, input_shape[-1]), name="table")

        def call(self, x):
            return x + self.table

    class AtEndOfText(layers.Layer):
        def call(self, x, ids):
            where = ops.one_hot(ops.argmax(ids, axis=-1), ids.shape[1], dtype=x.dtype)
            return ops.einsum("bt,btc->bc", where, x)

    tokens = keras.Input((9,), dtype="int32", name="tokens")
    x = Positions(name="positions")(layers.Embedding(60, 16, name="words")(tokens))
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln_1_{i}")(x)
        x = x + layers.MultiHeadAttention(4, 4, name=f"attn_{i}")(y, y, use_causal_mask=True)
        y = layers.LayerNormalization(epsilon=1e-5, name=f"ln_2_{i}")(x)
        y = layers.Dense(40, activation=quick_gelu, name=f"c_fc_{i}")(y)
        x = x + layers.Dense(16, name=f"c_proj_{i}")(y)
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_final")(x)
    x = AtEndOfText(name="end_of_text")(x, tokens)
    return keras.Model(tokens, layers.Dense(10, use_bias=False, name="text_projection")(x))


def torch_model():
    from torch import nn
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    class TextTower(nn.Module):
        def __init__(self):
            super().__init__()
            config = CLIPTextConfig(
                vocab_size=60,
                hidden_size=16,
                intermediate_size=40,
                projection_dim=10,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=9,
                bos_token_id=0,
                eos_token_id=2,
            )
            self.clip = CLIPTextModelWithProjection(config)

        def forward(self, input_ids):
            return self.clip(input_ids).text_embeds

    return TextTower()
