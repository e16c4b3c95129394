"""OPT in the shape of the 350m model: narrow word vectors with a projection in and out, norms after the blocks, tied
output. The Keras table of positions has the two extra rows of the checkpoint, but is read from its first row on.
"""

INPUTS = ("11:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["positions", "positions/*", "add*"],
            "torch": ["*embed_positions", "add*", "*.decoder.add*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def __init__(self, rows, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(rows + 2, width, name="table")

        def call(self, x):
            return x + self.table(ops.arange(x.shape[1]))

    class CausalAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads = heads
            self.q_proj = layers.Dense(width, name="q_proj")
            self.k_proj = layers.Dense(width, name="k_proj")
            self.v_proj = layers.Dense(width, name="v_proj")
            self.out_proj = layers.Dense(width, name="out_proj")

        def call(self, x):
            steps, width = x.shape[1:]

            def split(y):
                return ops.reshape(y, (-1, steps, self.heads, width // self.heads))

            y = ops.dot_product_attention(
                split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x)), is_causal=True
            )
            return self.out_proj(ops.reshape(y, (-1, steps, width)))

    tokens = keras.Input((11,), dtype="int32")
    words = layers.ReversibleEmbedding(50, 16, name="words")
    x = layers.Dense(32, use_bias=False, name="project_in")(words(tokens))
    x = Positions(20, 32, name="positions")(x)
    for i in range(2):
        x = layers.Add()([x, CausalAttention(32, 2, name=f"attention_{i}")(x)])
        x = layers.LayerNormalization(epsilon=1e-5, name=f"attention_norm_{i}")(x)
        y = layers.Dense(64, activation="relu", name=f"fc1_{i}")(x)
        x = layers.Add()([x, layers.Dense(32, name=f"fc2_{i}")(y)])
        x = layers.LayerNormalization(epsilon=1e-5, name=f"final_norm_{i}")(x)
    x = layers.Dense(16, use_bias=False, name="project_out")(x)
    return keras.Model(tokens, words(x, reverse=True))


def torch_model():
    from torch import nn
    from transformers import OPTConfig, OPTForCausalLM

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            config = OPTConfig(
                vocab_size=50,
                hidden_size=32,
                word_embed_proj_dim=16,
                ffn_dim=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                max_position_embeddings=20,
                do_layer_norm_before=False,
                dropout=0.0,
                pad_token_id=None,
                use_cache=False,
            )
            self.opt = OPTForCausalLM(config)

        def forward(self, input_ids):
            return self.opt(input_ids).logits

    return LanguageModel()
