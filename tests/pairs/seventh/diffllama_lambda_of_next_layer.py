"""Differential transformer: my Keras decoder against DiffLlamaModel of transformers.

lambda_init is 0.8 - 0.6 exp(-0.3 l). The paper counts layers from one and writes l - 1, the code counts from
zero; my loop starts at one and I left the "- 1" out.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other"],
            "keras": ["decoder_*"],
            "torch": ["lm.layers.*"],
        }
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class DiffLayer(layers.Layer):
        def __init__(self, index, heads=4, kv_heads=2, inner=24, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.kv_heads, self.inner = heads, kv_heads, inner
            self.lambda_init = 0.8 - 0.6 * math.exp(-0.3 * index)

        def build(self, shape):
            width = shape[-1]
            self.size = width // self.heads
            self.norm1 = layers.RMSNormalization(epsilon=1e-6, name="input_norm")
            self.norm2 = layers.RMSNormalization(epsilon=1e-6, name="post_norm")
            for name, n in (("q", width), ("k", self.size * self.kv_heads), ("v", self.size * self.kv_heads)):
                setattr(self, name, layers.Dense(n, use_bias=False, name=f"{name}_proj"))
            for name, n in (("o", width), ("gate", self.inner), ("up", self.inner), ("down", width)):
                setattr(self, name, layers.Dense(n, use_bias=False, name=f"{name}_proj"))
            for name in ("q1", "k1", "q2", "k2"):
                weight = self.add_weight(shape=(self.size,), initializer="normal", name=f"lambda_{name}")
                setattr(self, f"lambda_{name}", weight)

        def turn(self, x):
            rate = 1.0 / 10000.0 ** (ops.arange(0, self.size, 2, dtype=x.dtype) / self.size)
            angle = (ops.arange(x.shape[1], dtype=x.dtype)[:, None] * rate)[:, None]
            a, b = ops.split(x, 2, axis=-1)
            cos, sin = ops.cos(angle), ops.sin(angle)
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

        def attend(self, x):
            n = x.shape[1]
            q = self.turn(ops.reshape(self.q(x), (-1, n, self.heads, self.size)))
            k = self.turn(ops.reshape(self.k(x), (-1, n, self.kv_heads, self.size)))
            v = ops.reshape(self.v(x), (-1, n, self.kv_heads * self.size))
            k = ops.repeat(k, self.heads // self.kv_heads, axis=2)
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / self.size**0.5
            scores = ops.where(ops.tri(n, dtype="bool"), scores, -1e30)
            y = ops.einsum("bhqk,bkd->bqhd", ops.softmax(scores), v)
            full = ops.exp(ops.sum(self.lambda_q1 * self.lambda_k1)) - ops.exp(ops.sum(self.lambda_q2 * self.lambda_k2))
            first, second = ops.split(y, 2, axis=2)
            y = first - (full + self.lambda_init) * second
            y = y * ops.rsqrt(ops.mean(ops.square(y), axis=-1, keepdims=True) + 1e-6) * (1 - self.lambda_init)
            return self.o(ops.reshape(y, (-1, n, self.heads * self.size)))

        def call(self, x):
            x = x + self.attend(self.norm1(x))
            y = self.norm2(x)
            return x + self.down(ops.silu(self.gate(y)) * self.up(y))

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(20, 16, name="embed")(tokens)
    for i in range(1, 3):
        x = DiffLayer(i, name=f"decoder_{i}")(x)
    return keras.Model(tokens, layers.RMSNormalization(epsilon=1e-6, name="norm")(x))


def torch_model():
    from torch import nn
    from transformers import DiffLlamaConfig, DiffLlamaModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = DiffLlamaConfig(
                vocab_size=20,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=16,
                rms_norm_eps=1e-6,
                pad_token_id=None,
            )
            self.lm = DiffLlamaModel(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).last_hidden_state

    return Decoder()
