"""Cohere from transformers: the Keras port kept epsilon 1e-3 in the last norm and does not scale the logits."""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["final_norm"], "torch": ["lm.model.norm"]},
        {"rules": ["scale-other"], "keras": ["tied_head", ""], "torch": ["lm", "lm.lm_head", "lm.mul*", ""]},
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    dim, heads, kv_heads, size = 16, 4, 2, 4

    def rope(x):
        """Neighbouring pairs, as Cohere does."""
        n = x.shape[1]
        inv = 1.0 / 500000.0 ** (np.arange(0, size, 2) / size)
        angles = np.repeat(np.arange(n)[:, None] * inv, 2, axis=-1)[None, :, None]
        turned = ops.stack([-x[..., 1::2], x[..., 0::2]], axis=-1)
        turned = ops.reshape(turned, ops.shape(x))
        return x * ops.cast(np.cos(angles), x.dtype) + turned * ops.cast(np.sin(angles), x.dtype)

    class Attention(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.q = layers.EinsumDense("btd,dhk->bthk", (None, heads, size), name="q_proj")
            self.k = layers.EinsumDense("btd,dhk->bthk", (None, kv_heads, size), name="k_proj")
            self.v = layers.EinsumDense("btd,dhk->bthk", (None, kv_heads, size), name="v_proj")
            self.o = layers.EinsumDense("bthk,hkd->btd", (None, dim), name="o_proj")

        def call(self, x):
            n = x.shape[1]
            q = ops.reshape(rope(self.q(x)), (-1, n, kv_heads, heads // kv_heads, size))
            k, v = rope(self.k(x)), self.v(x)
            scores = ops.einsum("bqgrk,bsgk->bgrqs", q, k) / 2.0
            scores = ops.where(np.tril(np.ones((n, n), dtype=bool)), scores, -1e9)
            y = ops.einsum("bgrqs,bsgk->bqgrk", ops.softmax(scores, axis=-1), v)
            return self.o(ops.reshape(y, (-1, n, heads, size)))

    class Block(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(epsilon=1e-5, center=False, name="input_layernorm")
            self.attn = Attention(name="self_attn")
            self.gate = layers.Dense(24, activation="silu", use_bias=False, name="gate_proj")
            self.up = layers.Dense(24, use_bias=False, name="up_proj")
            self.down = layers.Dense(dim, use_bias=False, name="down_proj")

        def call(self, x):
            y = self.norm(x)
            return x + self.attn(y) + self.down(self.gate(y) * self.up(y))

    class TiedHead(layers.Layer):
        def __init__(self, embedding, **kwargs):
            super().__init__(**kwargs)
            self.embedding = embedding

        def call(self, x):
            return ops.einsum("btd,vd->btv", x, self.embedding.embeddings)

    ids = keras.Input((8,), dtype="int32", name="input_ids")
    embedding = layers.Embedding(32, dim, name="embed_tokens")
    x = embedding(ids)
    for i in range(2):
        x = Block(name=f"layers_{i}")(x)
    x = layers.LayerNormalization(center=False, name="final_norm")(x)
    return keras.Model(ids, TiedHead(embedding, name="tied_head")(x))


def torch_model():
    from torch import nn
    from transformers import CohereConfig, CohereForCausalLM

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.lm = CohereForCausalLM(
                CohereConfig(
                    vocab_size=32,
                    hidden_size=16,
                    intermediate_size=24,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    num_key_value_heads=2,
                    logit_scale=0.25,
                    layer_norm_eps=1e-5,
                    max_position_embeddings=64,
                    use_cache=False,
                    pad_token_id=None,
                    bos_token_id=0,
                    eos_token_id=0,
                )
            )

        def forward(self, input_ids):
            return self.lm(input_ids=input_ids).logits

    return Logits()
