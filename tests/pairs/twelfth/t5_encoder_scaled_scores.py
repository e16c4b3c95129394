"""T5's encoder with one table of relative positions for all layers, as layers of Keras; the queries are divided by the
root of the width of a head there, as everywhere but in T5.
"""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "scale-other"],
            "keras": ["attention_0", "attention_0/*"],
            "torch": [
                "t5.encoder.block.0.layer.0.SelfAttention",
                "t5.encoder.block.0.layer.0",
                "t5.encoder.block.0",
                "scaled_dot_product_attention*",
                "softmax*",
                "matmul*",
                "mul*",
            ],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def buckets(length, number=32, furthest=128):
        distance = np.arange(length)[None, :] - np.arange(length)[:, None]
        half, exact = number // 2, number // 4
        far = np.abs(distance)
        log = np.log(np.maximum(far, 1) / exact) / np.log(furthest / exact) * (half - exact)
        far = np.where(far < exact, far, np.minimum(exact + log.astype("int32"), half - 1))
        return (half * (distance > 0) + far).astype("int32")

    class PositionBias(layers.Layer):
        def __init__(self, heads, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(32, heads, name="table")

        def call(self, x):
            return ops.transpose(self.table(ops.convert_to_tensor(buckets(x.shape[1]))), (2, 0, 1))[None]

    class T5Attention(layers.Layer):
        def __init__(self, heads, depth, width, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.depth = heads, depth
            self.q = layers.Dense(heads * depth, use_bias=False, name="q")
            self.k = layers.Dense(heads * depth, use_bias=False, name="k")
            self.v = layers.Dense(heads * depth, use_bias=False, name="v")
            self.o = layers.Dense(width, use_bias=False, name="o")

        def call(self, x, bias):
            shape = (-1, x.shape[1], self.heads, self.depth)
            q, k, v = (ops.reshape(part(x), shape) for part in (self.q, self.k, self.v))
            q = q / np.sqrt(self.depth)
            weights = ops.softmax(ops.einsum("bqhd,bkhd->bhqk", q, k) + bias)
            y = ops.einsum("bhqk,bkhd->bqhd", weights, v)
            return self.o(ops.reshape(y, (-1, x.shape[1], self.heads * self.depth)))

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(60, 16, name="shared")(tokens)
    bias = PositionBias(3, name="position_bias")(x)
    for i in range(2):
        y = layers.RMSNormalization(epsilon=1e-6, name=f"attention_norm_{i}")(x)
        x = layers.Add(name=f"attention_add_{i}")([x, T5Attention(3, 5, 16, name=f"attention_{i}")(y, bias)])
        y = layers.RMSNormalization(epsilon=1e-6, name=f"ff_norm_{i}")(x)
        y = layers.Dense(32, use_bias=False, activation="relu", name=f"wi_{i}")(y)
        x = layers.Add(name=f"ff_add_{i}")([x, layers.Dense(16, use_bias=False, name=f"wo_{i}")(y)])
    return keras.Model(tokens, layers.RMSNormalization(epsilon=1e-6, name="final_norm")(x))


def torch_model():
    from torch import nn
    from transformers import T5Config, T5EncoderModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = T5Config(vocab_size=60, d_model=16, d_kv=5, d_ff=32, num_layers=2, num_heads=3, dropout_rate=0.0)
            self.t5 = T5EncoderModel(config)

        def forward(self, input_ids):
            return self.t5(input_ids=input_ids).last_hidden_state

    return Encoder()
