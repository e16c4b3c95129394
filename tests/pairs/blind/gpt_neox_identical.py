"""GPT-NeoX from transformers against a Keras port: parallel residual, rotary on half of each head, interleaved qkv."""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def rotary_tables(n, dim, base=10000.0):
        inv = 1.0 / base ** (np.arange(0, dim, 2) / dim)
        angles = np.arange(n)[:, None] * inv[None]
        angles = np.concatenate([angles, angles], axis=-1)[None, :, None, :]
        return np.cos(angles), np.sin(angles)

    def rotate_half(x):
        a, b = ops.split(x, 2, axis=-1)
        return ops.concatenate([-b, a], axis=-1)

    class NeoXAttention(layers.Layer):
        def __init__(self, dim, heads, rotary, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size, self.rotary = heads, dim // heads, rotary
            self.query_key_value = layers.Dense(3 * dim, name="query_key_value")
            self.dense = layers.Dense(dim, name="dense")

        def call(self, x):
            n = x.shape[1]
            # per head: query, key, value next to each other
            qkv = ops.reshape(self.query_key_value(x), (-1, n, self.heads, 3 * self.size))
            q, k, v = ops.split(qkv, 3, axis=-1)
            cos, sin = (ops.cast(t, x.dtype) for t in rotary_tables(n, self.rotary))
            r = self.rotary

            def turn(t):
                front = t[..., :r] * cos + rotate_half(t[..., :r]) * sin
                return ops.concatenate([front, t[..., r:]], axis=-1)

            scores = ops.einsum("bqhd,bkhd->bhqk", turn(q), turn(k)) / self.size**0.5
            causal = np.tril(np.ones((n, n), dtype=bool))
            scores = ops.where(causal, scores, -1e9)
            y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores, axis=-1), v)
            return self.dense(ops.reshape(y, (-1, n, self.heads * self.size)))

    class NeoXLayer(layers.Layer):
        def __init__(self, dim, heads, hidden, rotary, eps, **kwargs):
            super().__init__(**kwargs)
            self.input_layernorm = layers.LayerNormalization(epsilon=eps, name="input_layernorm")
            self.attention = NeoXAttention(dim, heads, rotary, name="attention")
            self.post_attention_layernorm = layers.LayerNormalization(epsilon=eps, name="post_attention_layernorm")
            self.up = layers.Dense(hidden, activation="gelu", name="dense_h_to_4h")
            self.down = layers.Dense(dim, name="dense_4h_to_h")

        def call(self, x):
            attention = self.attention(self.input_layernorm(x))
            return x + attention + self.down(self.up(self.post_attention_layernorm(x)))

    inputs = keras.Input((8,), dtype="int32", name="ids")
    x = layers.Embedding(40, 16, name="embed_in")(inputs)
    for i in range(2):
        x = NeoXLayer(16, 2, 24, 4, 1e-5, name=f"layer_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="final_layer_norm")(x)
    return keras.Model(inputs, layers.Dense(40, use_bias=False, name="embed_out")(x))


def torch_model():
    from torch import nn
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    config = GPTNeoXConfig(
        vocab_size=40,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
        hidden_act="gelu",
        rotary_pct=0.5,
        max_position_embeddings=32,
        use_cache=False,
        bos_token_id=0,
        eos_token_id=0,
    )

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.lm = GPTNeoXForCausalLM(config)

        def forward(self, ids):
            return self.lm(input_ids=ids).logits

    return Logits()
