"""Encoder of T5 in Keras, for weights of the PyTorch model: buckets of distances from the first layer shared by all,
norms without mean, a plain ReLU; the attention was written as one writes attention.
"""

LIBRARIES = ("transformers",)
INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale"],
            "keras": ["block_0_attention", "block_0_attention/*", "block_1_attention", "block_1_attention/*"],
            "torch": [
                "t5.encoder.block.0.layer.0.SelfAttention",
                "t5.encoder.block.1.layer.0.SelfAttention",
                "matmul*",
                "mul*",
                "softmax*",
                "scaled_dot_product_attention*",
            ],
        }
    ],
}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    class RMSNorm(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

        def call(self, x):
            variance = ops.mean(ops.square(x), axis=-1, keepdims=True)
            return self.scale * (x * ops.rsqrt(variance + 1e-6))

    class SelfAttention(layers.Layer):
        def __init__(self, heads, key_dim, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.key_dim = heads, key_dim
            self.q, self.k, self.v = (layers.Dense(heads * key_dim, use_bias=False, name=name) for name in "qkv")

        def build(self, x_shape, bias_shape):
            for each in (self.q, self.k, self.v):
                each.build(x_shape)
            self.o = layers.Dense(x_shape[-1], use_bias=False, name="o")
            self.o.build((*x_shape[:-1], self.heads * self.key_dim))

        def call(self, x, bias):
            parts = (-1, x.shape[1], self.heads, self.key_dim)
            q, k, v = (ops.reshape(each(x), parts) for each in (self.q, self.k, self.v))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(self.key_dim)
            weights = ops.softmax(scores + bias, axis=-1)
            mixed = ops.einsum("bhqk,bkhd->bqhd", weights, v)
            return self.o(ops.reshape(mixed, (-1, x.shape[1], self.heads * self.key_dim)))

    class RelativeBias(layers.Layer):
        def __init__(self, heads, buckets, max_distance, **kwargs):
            super().__init__(**kwargs)
            self.buckets, self.max_distance = buckets, max_distance
            self.table = layers.Embedding(buckets, heads, name="table")

        def call(self, ids):
            steps = np.arange(ids.shape[1])
            distance = steps[None, :] - steps[:, None]
            half = self.buckets // 2
            exact = half // 2
            far = np.log(np.maximum(np.abs(distance), 1) / exact) / np.log(self.max_distance / exact)
            far = np.minimum(exact + (far * (half - exact)).astype(int), half - 1)
            bucket = np.where(np.abs(distance) < exact, np.abs(distance), far) + half * (distance > 0)
            return ops.transpose(self.table(bucket.astype("int32")), (2, 0, 1))[None]

    ids = keras.Input((12,), dtype="int32")
    x = layers.Embedding(60, 24, name="shared")(ids)
    bias = RelativeBias(2, 8, 20, name="relative_bias")(ids)
    for i in range(2):
        x = x + SelfAttention(2, 16, name=f"block_{i}_attention")(RMSNorm(name=f"block_{i}_norm_0")(x), bias)
        y = layers.Dense(40, activation="relu", use_bias=False, name=f"block_{i}_wi")(
            RMSNorm(name=f"block_{i}_norm_1")(x)
        )
        x = x + layers.Dense(24, use_bias=False, name=f"block_{i}_wo")(y)
    return keras.Model(ids, RMSNorm(name="final_norm")(x))


def torch_model():
    from torch import nn
    from transformers import T5Config, T5EncoderModel

    class Encoded(nn.Module):
        def __init__(self):
            super().__init__()
            self.t5 = T5EncoderModel(
                T5Config(
                    vocab_size=60,
                    d_model=24,
                    d_kv=16,
                    d_ff=40,
                    num_layers=2,
                    num_heads=2,
                    relative_attention_num_buckets=8,
                    relative_attention_max_distance=20,
                    dropout_rate=0.0,
                )
            )

        def forward(self, ids):
            return self.t5(input_ids=ids).last_hidden_state

    return Encoded()
