"""IBM Granite from my Keras Llama: Granite is Llama with four multipliers, I had the ones for embedding and residual.

The scores still get the usual 1/sqrt(head) instead of attention_multiplier, and I multiply the logits by
logits_scaling; transformers divides. Greedy decoding looks plausible.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "scale-other"],
            "keras": ["granite_*"],
            "torch": ["granite.model.layers.*"],
        },
        {
            "rules": ["scale-other"],
            "keras": ["logits", "lm_head", ""],
            "torch": ["granite.lm_head", "granite", "*div*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GraniteLayer(layers.Layer):
        def __init__(self, heads=4, kv_heads=2, inner=24, residual=0.22, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.kv_heads, self.inner, self.residual = heads, kv_heads, inner, residual

        def build(self, shape):
            width = shape[-1]
            self.size = width // self.heads

            def linear(n, name):
                return layers.Dense(n, use_bias=False, name=name)

            self.norm1 = layers.RMSNormalization(epsilon=1e-6, name="input_norm")
            self.q = linear(width, "q_proj")
            self.k = linear(self.kv_heads * self.size, "k_proj")
            self.v = linear(self.kv_heads * self.size, "v_proj")
            self.o = linear(width, "o_proj")
            self.norm2 = layers.RMSNormalization(epsilon=1e-6, name="post_attention_norm")
            self.gate, self.up, self.down = linear(self.inner, "gate"), linear(self.inner, "up"), linear(width, "down")

        def split(self, x, heads):
            return ops.transpose(ops.reshape(x, (-1, x.shape[1], heads, self.size)), (0, 2, 1, 3))

        def rope(self, x):
            rate = 1.0 / 10000 ** (ops.arange(0, self.size, 2, dtype=x.dtype) / self.size)
            angle = ops.outer(ops.arange(x.shape[2], dtype=x.dtype), rate)
            a, b = ops.split(x, 2, axis=-1)
            cos, sin = ops.cos(angle), ops.sin(angle)
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

        def attend(self, x):
            n, repeats = x.shape[1], self.heads // self.kv_heads
            q, k = self.rope(self.split(self.q(x), self.heads)), self.rope(self.split(self.k(x), self.kv_heads))
            k, v = (ops.repeat(t, repeats, axis=1) for t in (k, self.split(self.v(x), self.kv_heads)))
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) * self.size**-0.5
            scores = scores + (1.0 - ops.tri(n, dtype=x.dtype)) * -1e9
            y = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 1, 3))
            return self.o(ops.reshape(y, (-1, n, self.heads * self.size)))

        def call(self, x):
            x = x + self.residual * self.attend(self.norm1(x))
            y = self.norm2(x)
            return x + self.residual * self.down(ops.silu(self.gate(y)) * self.up(y))

    tokens = keras.Input((9,), dtype="int32")
    x = layers.Rescaling(12.0, name="embedding_multiplier")(layers.Embedding(20, 16, name="embed")(tokens))
    for i in range(2):
        x = GraniteLayer(name=f"granite_{i}")(x)
    x = layers.RMSNormalization(epsilon=1e-6, name="norm")(x)
    x = layers.Dense(20, use_bias=False, name="lm_head")(x)
    return keras.Model(tokens, layers.Rescaling(8.0, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import GraniteConfig, GraniteForCausalLM

    class Granite(nn.Module):
        def __init__(self):
            super().__init__()
            config = GraniteConfig(
                vocab_size=20,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=16,
                embedding_multiplier=12.0,
                attention_multiplier=0.25,
                residual_multiplier=0.22,
                logits_scaling=8.0,
            )
            self.granite = GraniteForCausalLM(config)

        def forward(self, tokens):
            return self.granite(tokens, use_cache=False).logits

    return Granite()
