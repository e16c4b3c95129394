"""ALBERT for sentences: in PyTorch the encoder of transformers with a tanh pooler, in Keras one block that is called
three times, with the four heads written as einsum kernels.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Block(layers.Layer):
        def __init__(self, heads, depth, inner, **kwargs):
            super().__init__(**kwargs)
            width = heads * depth
            self.scale = depth**-0.5
            self.to_q = layers.EinsumDense("btd,dhe->bhte", (heads, None, depth), bias_axes="he", name="to_q")
            self.to_k = layers.EinsumDense("btd,dhe->bhte", (heads, None, depth), bias_axes="he", name="to_k")
            self.to_v = layers.EinsumDense("btd,dhe->bhte", (heads, None, depth), bias_axes="he", name="to_v")
            self.mix = layers.EinsumDense("bhte,hed->btd", (None, width), bias_axes="d", name="mix")
            self.after_attention = layers.LayerNormalization(epsilon=1e-12, name="after_attention")
            self.widen = layers.Dense(inner, activation="silu", name="widen")
            self.narrow = layers.Dense(width, name="narrow")
            self.after_all = layers.LayerNormalization(epsilon=1e-12, name="after_all")

        def build(self, shape):
            batch, steps, _ = shape
            for each in (self.to_q, self.to_k, self.to_v, self.after_attention, self.widen, self.after_all):
                each.build(shape)
            heads = self.to_q.compute_output_shape(shape)
            self.mix.build(heads)
            self.narrow.build((batch, steps, self.widen.units))
            self.built = True

        def call(self, x):
            q, k, v = self.to_q(x), self.to_k(x), self.to_v(x)
            attention = ops.softmax(ops.einsum("bhqe,bhke->bhqk", q, k) * self.scale, axis=-1)
            x = self.after_attention(x + self.mix(ops.einsum("bhqk,bhke->bhqe", attention, v)))
            return self.after_all(x + self.narrow(self.widen(x)))

    class Lookup(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.words = layers.Embedding(60, 12, name="words")
            self.segments = layers.Embedding(2, 12, name="segments")
            self.places = layers.Embedding(16, 12, name="places")

        def call(self, ids):
            return self.words(ids) + self.segments(ops.zeros_like(ids)) + self.places(ops.arange(ids.shape[1]))

    ids = keras.Input((10,), dtype="int32")
    x = Lookup(name="lookup")(ids)
    x = layers.LayerNormalization(epsilon=1e-12, name="lookup_norm")(x)
    x = layers.Dense(16, name="factor")(x)
    block = Block(4, 4, 40, name="block")
    for _ in range(3):
        x = block(x)
    x = layers.Dense(16, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model(ids, layers.Dense(2, name="order")(x))


def torch_model():
    from torch import nn
    from transformers import AlbertConfig, AlbertModel

    class SentenceOrder(nn.Module):
        def __init__(self):
            super().__init__()
            config = AlbertConfig(
                vocab_size=60,
                embedding_size=12,
                hidden_size=16,
                num_hidden_layers=3,
                num_attention_heads=4,
                intermediate_size=40,
                max_position_embeddings=16,
                hidden_act="silu",
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                pad_token_id=None,
            )
            self.albert = AlbertModel(config)
            self.classifier = nn.Linear(16, 2)

        def forward(self, input_ids):
            return self.classifier(self.albert(input_ids).pooler_output)

    return SentenceOrder()
