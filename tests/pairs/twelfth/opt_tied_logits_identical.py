"""OPT as a language model with next-token logits from the tied embedding: positions begin at the third row of their
table on both sides, and the blocks normalise first.
"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("keras_hub", "transformers")


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    class LearnedPositions(layers.Embedding):
        offset = 2

        def __init__(self, length, width, **kwargs):
            super().__init__(length + self.offset, width, **kwargs)

        def call(self, ids):
            return super().call(ops.arange(ids.shape[1]) + self.offset)

    tokens = keras.Input((9,), dtype="int32")
    embed = keras_hub.layers.ReversibleEmbedding(60, 16, name="embed_tokens")
    x = embed(tokens) + LearnedPositions(32, 16, name="embed_positions")(tokens)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"attn_norm_{i}")(x)
        y = layers.MultiHeadAttention(4, 4, name=f"attn_{i}")(y, y, use_causal_mask=True)
        x = layers.Add(name=f"attn_add_{i}")([x, y])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"mlp_norm_{i}")(x)
        y = layers.Dense(32, activation="relu", name=f"fc1_{i}")(y)
        x = layers.Add(name=f"mlp_add_{i}")([x, layers.Dense(16, name=f"fc2_{i}")(y)])
    x = layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x)
    return keras.Model(tokens, embed(x, reverse=True))


def torch_model():
    from torch import nn
    from transformers import OPTConfig, OPTForCausalLM

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.opt = OPTForCausalLM(
                OPTConfig(
                    vocab_size=60,
                    hidden_size=16,
                    word_embed_proj_dim=16,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    ffn_dim=32,
                    max_position_embeddings=32,
                    dropout=0.0,
                    attention_dropout=0.0,
                    pad_token_id=None,
                )
            )

        def forward(self, input_ids):
            return self.opt(input_ids, use_cache=False).logits

    return LanguageModel()
