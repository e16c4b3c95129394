"""ALBERT from a small config, whose one layer is applied three times over a factorised embedding; the Keras port calls
one block object in a loop and keeps the heads apart by einsum.
"""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("transformers",)


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu_new(x):
        return 0.5 * x * (1.0 + ops.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))

    class Embeddings(layers.Layer):
        def __init__(self, vocab, positions, width, **kwargs):
            super().__init__(**kwargs)
            self.word = layers.Embedding(vocab, width, name="word")
            self.position = layers.Embedding(positions, width, name="position")
            self.segment = layers.Embedding(2, width, name="segment")
            self.norm = layers.LayerNormalization(epsilon=1e-12, name="norm")

        def call(self, ids):
            steps = ops.arange(ids.shape[1])
            x = self.word(ids) + self.position(steps)[None] + self.segment(ops.zeros_like(ids))
            return self.norm(x)

    class AlbertBlock(layers.Layer):
        def __init__(self, width, heads, hidden, **kwargs):
            super().__init__(**kwargs)
            self.size = width // heads
            for name in ("query", "key", "value"):
                setattr(
                    self, name, layers.EinsumDense("btd,dhk->bthk", (None, heads, self.size), bias_axes="hk", name=name)
                )
            self.merge = layers.EinsumDense("bthk,hkd->btd", (None, width), bias_axes="d", name="merge")
            self.attention_norm = layers.LayerNormalization(epsilon=1e-12, name="attention_norm")
            self.widen = layers.Dense(hidden, name="widen")
            self.narrow = layers.Dense(width, name="narrow")
            self.full_norm = layers.LayerNormalization(epsilon=1e-12, name="full_norm")

        def call(self, x):
            scores = ops.einsum("bqhk,bthk->bhqt", self.query(x), self.key(x)) / math.sqrt(self.size)
            seen = ops.einsum("bhqt,bthk->bqhk", ops.softmax(scores, axis=-1), self.value(x))
            x = self.attention_norm(x + self.merge(seen))
            return self.full_norm(self.narrow(gelu_new(self.widen(x))) + x)

    ids = keras.Input((9,), dtype="int32")
    x = Embeddings(40, 12, 6, name="embeddings")(ids)
    x = layers.Dense(16, name="to_hidden")(x)
    block = AlbertBlock(16, 4, 24, name="block")
    for _ in range(3):
        x = block(x)
    pooled = layers.Dense(16, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model(ids, layers.Dense(3, name="labels")(pooled))


def torch_model():
    from torch import nn
    from transformers import AlbertConfig, AlbertModel

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = AlbertConfig(
                vocab_size=40,
                embedding_size=6,
                hidden_size=16,
                num_hidden_layers=3,
                num_attention_heads=4,
                intermediate_size=24,
                max_position_embeddings=12,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                pad_token_id=None,
            )
            self.albert = AlbertModel(config)
            self.classifier = nn.Linear(16, 3)

        def forward(self, input_ids):
            return self.classifier(self.albert(input_ids).pooler_output)

    return Classifier()
