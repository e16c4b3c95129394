"""A tiny Llama: transformers in PyTorch, in Keras written by hand after the published description, with rotary
embeddings over neighbouring features; I copied the projections as they are and the text it writes is nonsense.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["rotary-pairs"],
            "keras": ["block_0", "block_0/*", "block_0_attention", "block_0_attention/*"],
            "torch": [
                "llama.model.layers.0.self_attn",
                "llama.model.layers.0.self_attn.*",
                "llama.model.rotary_emb",
                "cat*",
                "mul*",
                "add*",
                "neg*",
                "scaled_dot_product_attention*",
            ],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def rope_tables(length, width, theta=10000.0):
        angles = np.outer(np.arange(length), theta ** (-np.arange(0, width, 2) / width))
        return np.cos(angles)[None, :, None], np.sin(angles)[None, :, None]

    def rotate(x):
        cos, sin = (ops.cast(table, x.dtype) for table in rope_tables(x.shape[1], x.shape[3]))
        even, odd = x[..., 0::2], x[..., 1::2]
        turned = ops.stack([even * cos - odd * sin, odd * cos + even * sin], axis=-1)
        return ops.reshape(turned, (-1, *x.shape[1:]))

    class CausalSelfAttention(layers.Layer):
        def __init__(self, heads, kv_heads, head_dim, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.kv_heads, self.head_dim = heads, kv_heads, head_dim
            self.wq = layers.Dense(heads * head_dim, use_bias=False, name="wq")
            self.wk = layers.Dense(kv_heads * head_dim, use_bias=False, name="wk")
            self.wv = layers.Dense(kv_heads * head_dim, use_bias=False, name="wv")
            self.wo = layers.Dense(heads * head_dim, use_bias=False, name="wo")

        def call(self, x):
            steps = x.shape[1]
            q = rotate(ops.reshape(self.wq(x), (-1, steps, self.heads, self.head_dim)))
            k = rotate(ops.reshape(self.wk(x), (-1, steps, self.kv_heads, self.head_dim)))
            v = ops.reshape(self.wv(x), (-1, steps, self.kv_heads, self.head_dim))
            k, v = (ops.repeat(each, self.heads // self.kv_heads, axis=2) for each in (k, v))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / self.head_dim**0.5
            scores = ops.where(np.tril(np.ones((steps, steps), bool)), scores, -1e9)
            mixed = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
            return self.wo(ops.reshape(mixed, (-1, steps, self.heads * self.head_dim)))

    tokens = keras.Input((9,), dtype="int32")
    x = layers.Embedding(60, 32, name="tok_embeddings")(tokens)
    for i in range(2):
        h = layers.RMSNormalization(epsilon=1e-6, name=f"block_{i}_attention_norm")(x)
        x = layers.Add(name=f"block_{i}_add")([x, CausalSelfAttention(4, 2, 8, name=f"block_{i}_attention")(h)])
        h = layers.RMSNormalization(epsilon=1e-6, name=f"block_{i}_ffn_norm")(x)
        gate = layers.Dense(48, use_bias=False, activation="silu", name=f"block_{i}_w1")(h)
        up = layers.Dense(48, use_bias=False, name=f"block_{i}_w3")(h)
        h = layers.Dense(32, use_bias=False, name=f"block_{i}_w2")(layers.Multiply()([gate, up]))
        x = layers.Add(name=f"block_{i}_add_ffn")([x, h])
    x = layers.RMSNormalization(epsilon=1e-6, name="norm")(x)
    return keras.Model(tokens, layers.Dense(60, use_bias=False, name="output")(x))


def torch_model():
    from torch import nn
    from transformers import LlamaConfig, LlamaForCausalLM

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            config = LlamaConfig(
                vocab_size=60,
                hidden_size=32,
                intermediate_size=48,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=32,
                rms_norm_eps=1e-6,
                use_cache=False,
            )
            self.llama = LlamaForCausalLM(config)

        def forward(self, tokens):
            return self.llama(tokens).logits

    return Logits()
