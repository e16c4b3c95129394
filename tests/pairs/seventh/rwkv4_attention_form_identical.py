"""RWKV-4: RwkvModel of transformers (one step after the other) and Keras, where the whole WKV is one softmax over
the past.

exp(k_i - (t - 1 - i) e^w) for what lies behind, exp(u + k_t) for the step itself, normalised: a softmax for
each channel.
"""

INPUTS = ("7:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class Mix(layers.Layer):
        def build(self, shape):
            self.ratio = self.add_weight(shape=(shape[-1],), initializer="uniform", name="ratio")

        def call(self, x):
            before = ops.pad(x, ((0, 0), (1, 0), (0, 0)))[:, :-1]
            return before + self.ratio * (x - before)

    class Wkv(layers.Layer):
        def build(self, shape):
            self.decay = self.add_weight(shape=(shape[-1],), initializer="uniform", name="time_decay")
            self.first = self.add_weight(shape=(shape[-1],), initializer="uniform", name="time_first")

        def call(self, k, v):
            age = np.arange(k.shape[1])[:, None] - np.arange(k.shape[1]) - 1
            age = age[None, :, :, None]
            past = k[:, None] - ops.convert_to_tensor(np.maximum(age, 0), dtype=k.dtype) * ops.exp(self.decay)
            logits = ops.where(age < 0, k[:, None] + self.first, past)
            logits = ops.where(age < -1, -np.inf, logits)
            return ops.einsum("btsc,bsc->btc", ops.softmax(logits, axis=2), v)

    def dense(n, name, **kwargs):
        return layers.Dense(n, use_bias=False, name=name, **kwargs)

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)

    tokens = keras.Input((7,), dtype="int32")
    x = norm("pre_ln")(layers.Embedding(20, 12, name="embeddings")(tokens))
    for i in range(2):
        y = norm(f"ln1_{i}")(x)
        r = dense(16, f"att_receptance_{i}", activation="sigmoid")(Mix(name=f"att_mix_r_{i}")(y))
        k = dense(16, f"att_key_{i}")(Mix(name=f"att_mix_k_{i}")(y))
        v = dense(16, f"att_value_{i}")(Mix(name=f"att_mix_v_{i}")(y))
        x = x + dense(12, f"att_output_{i}")(r * Wkv(name=f"wkv_{i}")(k, v))
        y = norm(f"ln2_{i}")(x)
        k = ops.square(dense(24, f"ffn_key_{i}", activation="relu")(Mix(name=f"ffn_mix_k_{i}")(y)))
        r = dense(12, f"ffn_receptance_{i}", activation="sigmoid")(Mix(name=f"ffn_mix_r_{i}")(y))
        x = x + r * dense(12, f"ffn_value_{i}")(k)
    return keras.Model(tokens, norm("ln_out")(x))


def torch_model():
    from torch import nn
    from transformers import RwkvConfig, RwkvModel

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            config = RwkvConfig(
                vocab_size=20,
                context_length=16,
                hidden_size=12,
                num_hidden_layers=2,
                attention_hidden_size=16,
                intermediate_size=24,
                rescale_every=0,
            )
            self.rwkv = RwkvModel(config)

        def forward(self, tokens):
            return self.rwkv(tokens, use_cache=False).last_hidden_state

    return Backbone()
