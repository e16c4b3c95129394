"""GPT-NeoX from transformers, rewritten in Keras starting from my GPT-2 script with rotary embeddings over a quarter of
every head; logits are not even close.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["h0_ln_2", "h0_skip*", "h0_mlp*"],
            "torch": [
                "neox.gpt_neox.layers.0",
                "neox.gpt_neox.layers.0.post_attention_layernorm",
                "neox.gpt_neox.layers.0.mlp",
                "neox.gpt_neox.layers.0.mlp.*",
                "add*",
            ],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class RotarySelfAttention(layers.Layer):
        def __init__(self, heads, head_dim, rotary_dim, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.head_dim, self.rotary_dim = heads, head_dim, rotary_dim
            self.c_attn = layers.Dense(3 * heads * head_dim, name="c_attn")
            self.c_proj = layers.Dense(heads * head_dim, name="c_proj")

        def rope(self, x):
            half = self.rotary_dim // 2
            angles = np.outer(np.arange(x.shape[1]), 10000.0 ** (-np.arange(half) / half))[None, :, None]
            cos, sin = ops.cast(np.cos(angles), x.dtype), ops.cast(np.sin(angles), x.dtype)
            a, b, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin, rest], axis=-1)

        def call(self, x):
            steps = x.shape[1]
            qkv = ops.reshape(self.c_attn(x), (-1, steps, self.heads, 3 * self.head_dim))
            q, k, v = ops.split(qkv, 3, axis=-1)
            scores = ops.einsum("bqhd,bkhd->bhqk", self.rope(q), self.rope(k)) / self.head_dim**0.5
            scores = ops.where(np.tri(steps, dtype=bool), scores, -1e9)
            y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            return self.c_proj(ops.reshape(y, (-1, steps, self.heads * self.head_dim)))

    ids = keras.Input((8,), dtype="int32", name="ids")
    x = layers.Embedding(50, 32, name="wte")(ids)
    for i in range(2):
        attended = layers.LayerNormalization(epsilon=1e-5, name=f"h{i}_ln_1")(x)
        attended = RotarySelfAttention(2, 16, 4, name=f"h{i}_attn")(attended)
        x = layers.Add(name=f"h{i}_skip_attn")([x, attended])
        m = layers.LayerNormalization(epsilon=1e-5, name=f"h{i}_ln_2")(x)
        m = layers.Dense(64, activation="gelu", name=f"h{i}_mlp_fc")(m)
        m = layers.Dense(32, name=f"h{i}_mlp_proj")(m)
        x = layers.Add(name=f"h{i}_skip_mlp")([x, m])
    x = layers.LayerNormalization(epsilon=1e-5, name="ln_f")(x)
    return keras.Model(ids, layers.Dense(50, use_bias=False, name="lm_head")(x))


def torch_model():
    from torch import nn
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            config = GPTNeoXConfig(
                vocab_size=50,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=32,
                use_cache=False,
            )
            self.neox = GPTNeoXForCausalLM(config)

        def forward(self, ids):
            return self.neox(input_ids=ids).logits

    return Wrapped()
