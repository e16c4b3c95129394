"""Phi-2 of transformers (parallel attention and MLP behind one norm, half of each head rotated) and my Keras port with
einsum, where the heads are an axis of the kernel and the rotation multiplies by a sign table instead of rotate_half.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class PhiBlock(layers.Layer):
        def __init__(self, width, heads, inner, rotary, **kwargs):
            super().__init__(**kwargs)
            self.rotary, self.size = rotary, width // heads
            self.ln = layers.LayerNormalization(epsilon=1e-5, name="ln")
            self.q, self.k, self.v = (
                layers.EinsumDense("btm,mhd->bhtd", (heads, None, self.size), bias_axes="hd", name=n) for n in "qkv"
            )
            self.o = layers.EinsumDense("bhtd,hdm->btm", (None, width), bias_axes="m", name="o")
            self.up = layers.Dense(inner, name="up")
            self.down = layers.Dense(width, name="down")

        def rotate(self, x):
            n, r = x.shape[2], self.rotary
            angle = np.outer(np.arange(n), 10000.0 ** (-np.arange(0, r, 2) / r))
            angle = np.concatenate([angle, angle], -1)
            sign = np.repeat([-1.0, 1.0], r // 2)
            turned, kept = x[..., :r], x[..., r:]
            other = ops.roll(turned, r // 2, axis=-1) * ops.convert_to_tensor(sign, x.dtype)
            cos, sin = (ops.convert_to_tensor(f(angle), x.dtype) for f in (np.cos, np.sin))
            return ops.concatenate([turned * cos + other * sin, kept], axis=-1)

        def call(self, x):
            h = self.ln(x)
            q, k, v = self.rotate(self.q(h)), self.rotate(self.k(h)), self.v(h)
            scores = ops.einsum("bhqd,bhkd->bhqk", q, k) / self.size**0.5
            seen = ops.tril(ops.ones(scores.shape[-2:], dtype="bool"))
            weights = ops.softmax(ops.where(seen, scores, -1e30), axis=-1)
            attended = self.o(ops.einsum("bhqk,bhkd->bhqd", weights, v))
            return x + attended + self.down(keras.activations.gelu(self.up(h), approximate=True))

    tokens = keras.Input((10,), dtype="int32")
    x = layers.Embedding(30, 24, name="embed_tokens")(tokens)
    for i in range(2):
        x = PhiBlock(24, 3, 40, 4, name=f"block_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="final_ln")(x)
    return keras.Model(tokens, layers.Dense(30, name="lm_head")(x))


def torch_model():
    from torch import nn
    from transformers import PhiConfig, PhiForCausalLM

    class Phi(nn.Module):
        def __init__(self):
            super().__init__()
            config = PhiConfig(
                vocab_size=30,
                hidden_size=24,
                intermediate_size=40,
                num_hidden_layers=2,
                num_attention_heads=3,
                max_position_embeddings=16,
                rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5},
            )
            self.phi = PhiForCausalLM(config)

        def forward(self, tokens):
            return self.phi(tokens, use_cache=False).logits

    return Phi()
