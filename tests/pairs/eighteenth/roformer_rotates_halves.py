"""RoFormer from a small config, to be run in Keras: the rotation of queries and keys was written with the rotate_half
helper that every newer language model has.
"""

INPUTS = ("11:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["rotary-pairs"],
            "keras": ["layer_0", "layer_0.*", "layer_0/*"],
            "torch": [
                "roformer.encoder.layer.0",
                "roformer.encoder.embed_positions",
                "stack*",
                "reshape*",
                "mul*",
                "add*",
                "matmul*",
            ],
        }
    ],
}
LIBRARIES = ("transformers",)


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def table(length, size):
        angles = np.arange(length)[:, None] / 10000 ** (2 * np.arange(size // 2) / size)
        return np.sin(angles).astype("float32"), np.cos(angles).astype("float32")

    def rotate_half(x):
        first, second = ops.split(x, 2, axis=-1)
        return ops.concatenate([-second, first], axis=-1)

    class RotarySelfAttention(layers.Layer):
        def __init__(self, width, heads, length, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, width // heads
            self.query = layers.Dense(width, name="query")
            self.key = layers.Dense(width, name="key")
            self.value = layers.Dense(width, name="value")
            self.dense = layers.Dense(width, name="dense")
            sin, cos = table(length, self.size)
            self.sin = np.concatenate([sin, sin], axis=-1)
            self.cos = np.concatenate([cos, cos], axis=-1)

        def split_heads(self, x):
            x = ops.reshape(x, (-1, x.shape[1], self.heads, self.size))
            return ops.transpose(x, (0, 2, 1, 3))

        def rotate(self, x):
            sin, cos = ops.cast(self.sin, x.dtype), ops.cast(self.cos, x.dtype)
            return x * cos + rotate_half(x) * sin

        def call(self, x):
            q = self.rotate(self.split_heads(self.query(x)))
            k = self.rotate(self.split_heads(self.key(x)))
            v = self.split_heads(self.value(x))
            scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / self.size**0.5
            y = ops.matmul(ops.softmax(scores), v)
            y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, x.shape[1], self.heads * self.size))
            return self.dense(y)

    class Layer(layers.Layer):
        def __init__(self, width, heads, hidden, length, **kwargs):
            super().__init__(**kwargs)
            self.attention = RotarySelfAttention(width, heads, length, name="attention")
            self.attention_norm = layers.LayerNormalization(epsilon=1e-12, name="attention_norm")
            self.intermediate = layers.Dense(hidden, activation="relu", name="intermediate")
            self.out = layers.Dense(width, name="out")
            self.out_norm = layers.LayerNormalization(epsilon=1e-12, name="out_norm")

        def call(self, x):
            x = self.attention_norm(self.attention(x) + x)
            return self.out_norm(self.out(self.intermediate(x)) + x)

    ids = keras.Input((11,), dtype="int32", name="ids")
    words = layers.Embedding(50, 16, name="words")(ids)
    kinds = layers.Embedding(2, 16, name="kinds")(ops.zeros_like(ids))
    x = layers.LayerNormalization(epsilon=1e-12, name="embedding_norm")(words + kinds)
    for i in range(2):
        x = Layer(16, 4, 28, 11, name=f"layer_{i}")(x)
    return keras.Model(ids, layers.Dense(6, name="entities")(x))


def torch_model():
    from torch import nn
    from transformers import RoFormerConfig, RoFormerModel

    class TokenClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = RoFormerConfig(
                vocab_size=50,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=28,
                hidden_act="relu",
                max_position_embeddings=16,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                pad_token_id=None,
            )
            self.roformer = RoFormerModel(config)
            self.classifier = nn.Linear(16, 6)

        def forward(self, input_ids):
            return self.classifier(self.roformer(input_ids)[0])

    return TokenClassifier()
