"""Text tower of CLIP in Keras, beside the one in PyTorch whose weights it takes: a sigmoid instead of a GELU, nobody
looks ahead, and the sentence is read at the largest token id, which ends it.
"""

LIBRARIES = ("transformers",)
INPUTS = ("11:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ResidualAttentionBlock(layers.Layer):
        def __init__(self, width, heads, hidden, **kwargs):
            super().__init__(**kwargs)
            self.attn = layers.MultiHeadAttention(heads, width // heads, name="attn")
            self.ln_1 = layers.LayerNormalization(epsilon=1e-5, name="ln_1")
            self.ln_2 = layers.LayerNormalization(epsilon=1e-5, name="ln_2")
            self.c_fc = layers.Dense(hidden, name="c_fc")
            self.c_proj = layers.Dense(width, name="c_proj")

        def call(self, x):
            y = self.ln_1(x)
            x = x + self.attn(y, y, use_causal_mask=True)
            y = self.c_fc(self.ln_2(x))
            return x + self.c_proj(y * ops.sigmoid(1.702 * y))

    class EndOfText(layers.Layer):
        def call(self, x, ids):
            place = ops.argmax(ids, axis=-1)[:, None, None]
            return ops.squeeze(ops.take_along_axis(x, place, axis=1), axis=1)

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], name="table")

        def call(self, x):
            return x + self.table

    ids = keras.Input((11,), dtype="int32")
    x = Positions(name="positions")(layers.Embedding(56, 32, name="tokens")(ids))
    for i in range(2):
        x = ResidualAttentionBlock(32, 2, 48, name=f"resblock_{i}")(x)
    x = EndOfText(name="end_of_text")(layers.LayerNormalization(epsilon=1e-5, name="ln_final")(x), ids)
    return keras.Model(ids, layers.Dense(12, use_bias=False, name="text_projection")(x))


def torch_model():
    from torch import nn
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    class TextTower(nn.Module):
        def __init__(self):
            super().__init__()
            config = CLIPTextConfig(
                vocab_size=56,
                hidden_size=32,
                intermediate_size=48,
                projection_dim=12,
                num_hidden_layers=2,
                num_attention_heads=2,
                max_position_embeddings=11,
                bos_token_id=0,
                eos_token_id=2,
                pad_token_id=1,
            )
            self.clip = CLIPTextModelWithProjection(config)

        def forward(self, input_ids):
            return self.clip(input_ids).text_embeds

    return TextTower()
