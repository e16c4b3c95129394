"""MobileBERT rebuilt in Keras: bottlenecks, two feed-forward networks per layer, NoNorm, and the trigram input,
where I put the previous, the current and the next word side by side. Shapes fit, the checkpoint loads, the output
is off.
"""

INPUTS = ("12:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["trigram", "trigram/*", "embedding_transformation", "embeddings", "embeddings/*"],
            "torch": ["cat*", "pad*", "*.embeddings", "*embedding_transformation"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class NoNorm(layers.Layer):
        def build(self, shape):
            self.bias = self.add_weight(shape=(shape[-1],), initializer="zeros", name="bias")
            self.weight = self.add_weight(shape=(shape[-1],), initializer="ones", name="weight")

        def call(self, x):
            return x * self.weight + self.bias

    class Trigram(layers.Layer):
        def call(self, x):
            before = ops.pad(x[:, :-1], ((0, 0), (1, 0), (0, 0)))
            after = ops.pad(x[:, 1:], ((0, 0), (0, 1), (0, 0)))
            return ops.concatenate([before, x, after], axis=-1)

    class Positions(layers.Layer):
        def __init__(self, rows, width, **kwargs):
            super().__init__(**kwargs)
            self.table = layers.Embedding(rows, width, name="table")

        def call(self, x):
            return x + self.table(ops.arange(x.shape[1]))

    class SelfAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, width // heads
            self.query = layers.Dense(width, name="query")
            self.key = layers.Dense(width, name="key")
            self.value = layers.Dense(width, name="value")

        def call(self, shared, full):
            def split(x):
                return ops.reshape(x, (-1, x.shape[1], self.heads, self.size))

            q, k, v = split(self.query(shared)), split(self.key(shared)), split(self.value(full))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * self.size**-0.5
            mixed = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores, axis=-1), v)
            return ops.reshape(mixed, (-1, mixed.shape[1], self.heads * self.size))

    ids = keras.Input((12,), dtype="int32")
    words = layers.Embedding(50, 16, name="words")(ids)
    x = layers.Dense(32, name="embedding_transformation")(Trigram(name="trigram")(words))
    x = Positions(16, 32, name="positions")(x)
    x = x + layers.Embedding(2, 32, name="kinds")(ops.zeros_like(ids))
    x = NoNorm(name="embeddings_norm")(x)
    for i in range(2):
        narrow = NoNorm(name=f"in_norm_{i}")(layers.Dense(16, name=f"in_{i}")(x))
        shared = NoNorm(name=f"shared_norm_{i}")(layers.Dense(16, name=f"shared_{i}")(x))
        y = SelfAttention(16, 2, name=f"attention_{i}")(shared, x)
        y = layers.Dense(16, name=f"attention_out_{i}")(y)
        y = NoNorm(name=f"attention_norm_{i}")(y + narrow)
        for j in range(2):
            z = layers.Dense(16, name=f"down_{i}_{j}")(layers.Dense(24, activation="relu", name=f"up_{i}_{j}")(y))
            y = NoNorm(name=f"ffn_norm_{i}_{j}")(z + y)
        x = NoNorm(name=f"out_norm_{i}")(layers.Dense(32, name=f"out_{i}")(y) + x)
    return keras.Model(ids, x)


def torch_model():
    from torch import nn
    from transformers import MobileBertConfig, MobileBertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = MobileBertConfig(
                vocab_size=50,
                hidden_size=32,
                embedding_size=16,
                intra_bottleneck_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_feedforward_networks=2,
                max_position_embeddings=16,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                pad_token_id=None,
            )
            self.bert = MobileBertModel(config, add_pooling_layer=False)

        def forward(self, input_ids):
            return self.bert(input_ids).last_hidden_state

    return Encoder()
