"""Mistral with two key heads for four query heads and rotary positions, as a Keras model; the key heads are brought to
the number of query heads with tile.
"""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-grouped-heads"],
            "keras": ["attention_0", "attention_0/*"],
            "torch": [
                "mistral.layers.0.self_attn",
                "mistral.layers.0",
                "scaled_dot_product_attention*",
                "expand*",
                "reshape*",
                "matmul*",
            ],
        }
    ],
}
LIBRARIES = ("keras_hub", "transformers")


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    class GroupedQueryAttention(layers.Layer):
        def __init__(self, width, heads, kv_heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.kv_heads, self.depth = heads, kv_heads, width // heads
            self.q_proj = layers.Dense(width, use_bias=False, name="q_proj")
            self.k_proj = layers.Dense(kv_heads * self.depth, use_bias=False, name="k_proj")
            self.v_proj = layers.Dense(kv_heads * self.depth, use_bias=False, name="v_proj")
            self.o_proj = layers.Dense(width, use_bias=False, name="o_proj")
            self.rotary = keras_hub.layers.RotaryEmbedding(max_wavelength=10000, name="rotary")

        def call(self, x):
            steps = x.shape[1]
            q = self.rotary(ops.reshape(self.q_proj(x), (-1, steps, self.heads, self.depth)))
            k = self.rotary(ops.reshape(self.k_proj(x), (-1, steps, self.kv_heads, self.depth)))
            v = ops.reshape(self.v_proj(x), (-1, steps, self.kv_heads, self.depth))
            groups = self.heads // self.kv_heads
            k, v = ops.tile(k, (1, 1, groups, 1)), ops.tile(v, (1, 1, groups, 1))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * self.depth**-0.5
            seen = ops.tril(ops.ones((steps, steps), dtype="bool"))
            weights = ops.softmax(ops.where(seen, scores, -1e9))
            y = ops.einsum("bhqk,bkhd->bqhd", weights, v)
            return self.o_proj(ops.reshape(y, (-1, steps, self.heads * self.depth)))

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(60, 16, name="embed_tokens")(tokens)
    for i in range(2):
        y = layers.RMSNormalization(epsilon=1e-6, name=f"input_norm_{i}")(x)
        x = layers.Add(name=f"attention_add_{i}")([x, GroupedQueryAttention(16, 4, 2, name=f"attention_{i}")(y)])
        y = layers.RMSNormalization(epsilon=1e-6, name=f"post_norm_{i}")(x)
        gate = layers.Dense(40, use_bias=False, activation="silu", name=f"gate_proj_{i}")(y)
        up = layers.Dense(40, use_bias=False, name=f"up_proj_{i}")(y)
        y = layers.Multiply(name=f"gated_{i}")([gate, up])
        y = layers.Dense(16, use_bias=False, name=f"down_proj_{i}")(y)
        x = layers.Add(name=f"mlp_add_{i}")([x, y])
    return keras.Model(tokens, layers.RMSNormalization(epsilon=1e-6, name="norm")(x))


def torch_model():
    from torch import nn
    from transformers import MistralConfig, MistralModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.mistral = MistralModel(
                MistralConfig(
                    vocab_size=60,
                    hidden_size=16,
                    intermediate_size=40,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    num_key_value_heads=2,
                    max_position_embeddings=64,
                    sliding_window=None,
                )
            )

        def forward(self, input_ids):
            return self.mistral(input_ids, use_cache=False).last_hidden_state

    return Decoder()
