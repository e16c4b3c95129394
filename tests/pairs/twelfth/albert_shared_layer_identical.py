"""ALBERT: one layer called three times behind a narrow embedding, with the tanh formula of GELU, pooled on the first
token; in Keras one layer object in a loop.
"""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}
LIBRARIES = ("transformers",)


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def gelu_new(x):
        return 0.5 * x * (1.0 + ops.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))

    def norm(name):
        return layers.LayerNormalization(epsilon=1e-12, name=name)

    class Block(layers.Layer):
        def __init__(self, width, heads, inner, **kwargs):
            super().__init__(**kwargs)
            self.attention = layers.MultiHeadAttention(heads, width // heads, name="attention")
            self.attention_norm = norm("attention_norm")
            self.ffn = layers.Dense(inner, activation=gelu_new, name="ffn")
            self.ffn_output = layers.Dense(width, name="ffn_output")
            self.output_norm = norm("output_norm")

        def call(self, x):
            x = self.attention_norm(x + self.attention(x, x))
            return self.output_norm(self.ffn_output(self.ffn(x)) + x)

    class Albert(keras.Model):
        def __init__(self):
            super().__init__()
            self.words = layers.Embedding(60, 8, name="words")
            self.positions = layers.Embedding(16, 8, name="positions")
            self.segments = layers.Embedding(2, 8, name="segments")
            self.embedding_norm = norm("embedding_norm")
            self.widen = layers.Dense(16, name="widen")
            self.block = Block(16, 4, 48, name="block")
            self.pooler = layers.Dense(16, activation="tanh", name="pooler")

        def call(self, ids):
            steps = ops.arange(ids.shape[1])
            x = self.words(ids) + self.segments(ops.zeros_like(ids)) + self.positions(steps)
            x = self.widen(self.embedding_norm(x))
            for _ in range(3):
                x = self.block(x)
            return self.pooler(x[:, 0])

    return Albert()


def torch_model():
    from torch import nn
    from transformers import AlbertConfig, AlbertModel

    class Pooled(nn.Module):
        def __init__(self):
            super().__init__()
            self.albert = AlbertModel(
                AlbertConfig(
                    vocab_size=60,
                    embedding_size=8,
                    hidden_size=16,
                    num_hidden_layers=3,
                    num_attention_heads=4,
                    intermediate_size=48,
                    max_position_embeddings=16,
                    pad_token_id=None,
                )
            )

        def forward(self, input_ids):
            return self.albert(input_ids).pooler_output

    return Pooled()
