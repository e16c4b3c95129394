"""Mistral from transformers, window 3; the Keras port lets a token see one key more (<= instead of <)."""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-other"],
            "keras": ["*self_attn*"],
            "torch": ["mistral.layers.*.self_attn*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class SlidingWindowAttention(layers.Layer):
        def __init__(self, dim=16, heads=4, kv_heads=2, window=3, theta=10000.0, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.kv_heads, self.size, self.window, self.theta = (
                heads,
                kv_heads,
                dim // heads,
                window,
                theta,
            )
            self.q_proj = layers.Dense(dim, use_bias=False, name="q_proj")
            self.k_proj = layers.Dense(kv_heads * self.size, use_bias=False, name="k_proj")
            self.v_proj = layers.Dense(kv_heads * self.size, use_bias=False, name="v_proj")
            self.o_proj = layers.Dense(dim, use_bias=False, name="o_proj")

        def rotate(self, x):
            n, half = x.shape[1], self.size // 2
            angles = np.arange(n)[:, None] / self.theta ** (np.arange(half) / half)
            cos = ops.cast(np.cos(angles)[None, :, None], x.dtype)
            sin = ops.cast(np.sin(angles)[None, :, None], x.dtype)
            a, b = x[..., :half], x[..., half:]
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

        def call(self, x):
            n = x.shape[1]
            q = self.rotate(ops.reshape(self.q_proj(x), (-1, n, self.heads, self.size)))
            k = self.rotate(ops.reshape(self.k_proj(x), (-1, n, self.kv_heads, self.size)))
            v = ops.reshape(self.v_proj(x), (-1, n, self.kv_heads, self.size))
            k = ops.repeat(k, self.heads // self.kv_heads, axis=2)
            v = ops.repeat(v, self.heads // self.kv_heads, axis=2)
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * self.size**-0.5
            i, j = np.arange(n)[:, None], np.arange(n)[None, :]
            allowed = (j <= i) & (i - j <= self.window)
            scores = ops.where(allowed, scores, -1e9)
            y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores, axis=-1), v)
            return self.o_proj(ops.reshape(y, (-1, n, self.heads * self.size)))

    ids = keras.Input((8,), dtype="int32", name="input_ids")
    x = layers.Embedding(32, 16, name="embed_tokens")(ids)
    for i in range(2):
        y = layers.RMSNormalization(epsilon=1e-6, name=f"layers_{i}_input_layernorm")(x)
        x = layers.Add(name=f"layers_{i}_attn_add")([x, SlidingWindowAttention(name=f"layers_{i}_self_attn")(y)])
        y = layers.RMSNormalization(epsilon=1e-6, name=f"layers_{i}_post_attention_layernorm")(x)
        gate = layers.Dense(24, activation="silu", use_bias=False, name=f"layers_{i}_gate_proj")(y)
        up = layers.Dense(24, use_bias=False, name=f"layers_{i}_up_proj")(y)
        y = layers.Dense(16, use_bias=False, name=f"layers_{i}_down_proj")(layers.Multiply()([gate, up]))
        x = layers.Add(name=f"layers_{i}_mlp_add")([x, y])
    return keras.Model(ids, layers.RMSNormalization(epsilon=1e-6, name="norm")(x))


def torch_model():
    from torch import nn
    from transformers import MistralConfig, MistralModel

    class Hidden(nn.Module):
        def __init__(self):
            super().__init__()
            self.mistral = MistralModel(
                MistralConfig(
                    vocab_size=32,
                    hidden_size=16,
                    intermediate_size=24,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    num_key_value_heads=2,
                    head_dim=4,
                    sliding_window=3,
                    rms_norm_eps=1e-6,
                    max_position_embeddings=64,
                    use_cache=False,
                )
            )

        def forward(self, input_ids):
            return self.mistral(input_ids=input_ids).last_hidden_state

    return Hidden()
