"""ModernBERT in Keras: rotary positions with two bases, every third layer global, no biases, GeGLU.

Wi makes input and gate; the GELU belongs to the first half. I wrote it as I know it from T5 and Gemma, on the
second.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order", "activation-other", "wiring-other"],
            "keras": ["layer_*", "*Wi*", "*Wo*", "*gelu*", "*split*"],
            "torch": ["bert.layers.*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-5, center=False, name=name)

    def table(n, size, base):
        angle = np.outer(np.arange(n), base ** (-np.arange(0, size, 2) / size))
        return np.cos(np.tile(angle, 2)), np.sin(np.tile(angle, 2))

    class Attention(layers.Layer):
        def __init__(self, heads, base, window, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.base, self.window = heads, base, window

        def build(self, shape):
            n, width = shape[1:]
            self.qkv = layers.Dense(3 * width, use_bias=False, name="Wqkv")
            self.out = layers.Dense(width, use_bias=False, name="Wo")
            self.cos, self.sin = table(n, width // self.heads, self.base)
            gap = np.abs(np.arange(n)[:, None] - np.arange(n))
            self.near = gap <= (n if self.window is None else self.window)

        def call(self, x):
            _, n, width = x.shape
            qkv = ops.reshape(self.qkv(x), (-1, n, 3, self.heads, width // self.heads))
            q, k, v = (ops.transpose(qkv[:, :, i], (0, 2, 1, 3)) for i in range(3))

            def turn(t):
                a, b = ops.split(t, 2, axis=-1)
                cos, sin = (ops.cast(each, t.dtype) for each in (self.cos, self.sin))
                return t * cos + ops.concatenate([-b, a], axis=-1) * sin

            scores = ops.matmul(turn(q), ops.swapaxes(turn(k), 2, 3)) * (width // self.heads) ** -0.5
            weights = ops.softmax(ops.where(self.near, scores, -1e30), axis=-1)
            return self.out(ops.reshape(ops.transpose(ops.matmul(weights, v), (0, 2, 1, 3)), (-1, n, width)))

    tokens = keras.Input((10,), dtype="int32")
    x = norm("embeddings_norm")(layers.Embedding(26, 16, name="tok_embeddings")(tokens))
    for i in range(4):
        y = norm(f"layer_{i}_attn_norm")(x) if i else x
        base, window = (160000.0, None) if i % 3 == 0 else (10000.0, 2)
        x = layers.add([x, Attention(4, base, window, name=f"layer_{i}_attn")(y)])
        y = layers.Dense(40, use_bias=False, name=f"layer_{i}_Wi")(norm(f"layer_{i}_mlp_norm")(x))
        inner, gate = ops.split(y, 2, axis=-1)
        y = layers.Dense(16, use_bias=False, name=f"layer_{i}_Wo")(inner * ops.gelu(gate, approximate=False))
        x = layers.add([x, y])
    return keras.Model(tokens, norm("final_norm")(x))


def torch_model():
    from torch import nn
    from transformers import ModernBertConfig, ModernBertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = ModernBertConfig(
                vocab_size=26,
                hidden_size=16,
                intermediate_size=20,
                num_hidden_layers=4,
                num_attention_heads=4,
                max_position_embeddings=32,
                local_attention=4,
                global_attn_every_n_layers=3,
                pad_token_id=0,
                bos_token_id=1,
                eos_token_id=2,
                cls_token_id=1,
                sep_token_id=2,
            )
            self.bert = ModernBertModel(config)

        def forward(self, tokens):
            return self.bert(tokens).last_hidden_state

    return Encoder()
