"""T5 encoder rebuilt in Keras for search queries: relative position bias shared by both blocks, RMS norms in front,
no biases; the scores are divided by the root of the head's width as everywhere else, which T5 does not do.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "scale-other"],
            "keras": ["*attention", "*attention/*"],
            "torch": [
                "encoder.encoder.block.*.layer.0",
                "encoder.encoder.block.*.layer.0.*",
                "encoder.encoder.block.*",
                "matmul*",
                "add*",
                "softmax*",
                "scaled_dot_product_attention*",
                "",
            ],
        }
    ],
}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    class RelativeBias(layers.Layer):
        def __init__(self, heads, buckets, furthest, **kwargs):
            super().__init__(**kwargs)
            self.buckets, self.furthest = buckets, furthest
            self.table = layers.Embedding(buckets, heads, name="table")

        def call(self, ids):
            steps = np.arange(ids.shape[1])
            offset = steps[None, :] - steps[:, None]
            half = self.buckets // 2
            near = half // 2
            far = np.log(np.maximum(np.abs(offset), 1) / near) / np.log(self.furthest / near) * (half - near)
            far = np.minimum(near + far.astype(int), half - 1)
            bucket = np.where(np.abs(offset) < near, np.abs(offset), far) + half * (offset > 0)
            return ops.transpose(self.table(ops.convert_to_tensor(bucket, dtype="int32")), (2, 0, 1))[None]

    class SelfAttention(layers.Layer):
        def __init__(self, heads, depth, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.depth = heads, depth
            self.query = layers.Dense(heads * depth, use_bias=False, name="query")
            self.key = layers.Dense(heads * depth, use_bias=False, name="key")
            self.value = layers.Dense(heads * depth, use_bias=False, name="value")
            self.out = layers.Dense(heads * depth, use_bias=False, name="out")

        def split(self, x):
            return ops.transpose(ops.reshape(x, (-1, x.shape[1], self.heads, self.depth)), (0, 2, 1, 3))

        def call(self, x, bias):
            q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
            scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / math.sqrt(self.depth) + bias
            x = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 1, 3))
            return self.out(ops.reshape(x, (-1, x.shape[1], self.heads * self.depth)))

    ids = keras.Input((10,), dtype="int32")
    x = layers.Embedding(60, 16, name="shared")(ids)
    bias = RelativeBias(4, 8, 16, name="relative_bias")(ids)
    for i in range(2):
        y = layers.RMSNormalization(epsilon=1e-6, name=f"block{i}_norm1")(x)
        x = layers.Add(name=f"block{i}_add1")([x, SelfAttention(4, 4, name=f"block{i}_attention")(y, bias)])
        y = layers.RMSNormalization(epsilon=1e-6, name=f"block{i}_norm2")(x)
        y = layers.Dense(32, activation="relu", use_bias=False, name=f"block{i}_wi")(y)
        x = layers.Add(name=f"block{i}_add2")([x, layers.Dense(16, use_bias=False, name=f"block{i}_wo")(y)])
    x = layers.RMSNormalization(epsilon=1e-6, name="final_norm")(x)
    return keras.Model(ids, layers.GlobalAveragePooling1D(name="sentence")(x))


def torch_model():
    from torch import nn
    from transformers import T5Config, T5EncoderModel

    class SentenceT5(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = T5EncoderModel(
                T5Config(
                    vocab_size=60,
                    d_model=16,
                    d_kv=4,
                    d_ff=32,
                    num_layers=2,
                    num_heads=4,
                    relative_attention_num_buckets=8,
                    relative_attention_max_distance=16,
                    dropout_rate=0.0,
                    feed_forward_proj="relu",
                )
            )

        def forward(self, input_ids):
            return self.encoder(input_ids).last_hidden_state.mean(dim=1)

    return SentenceT5()
