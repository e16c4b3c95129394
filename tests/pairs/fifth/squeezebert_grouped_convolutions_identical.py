"""SqueezeBERT: every dense layer is a grouped 1x1 convolution, the norms turn the axes around. In Keras the groups are
an axis of the kernel and one einsum; the transformers model takes the mask of the ids (0 is padding).
"""

INPUTS = ("11:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SqueezeBert(keras.Model):
        def __init__(self, vocabulary=26, width=16, heads=2, inner=24, depth=2, positions=12):
            super().__init__(name="squeezebert")
            self.heads, self.width = heads, width
            self.words = layers.Embedding(vocabulary, width, name="words")
            self.positions = layers.Embedding(positions, width, name="positions")
            self.segments = layers.Embedding(2, width, name="segments")
            self.embedding_norm = layers.LayerNormalization(epsilon=1e-12, name="embedding_norm")
            self.blocks = [
                {
                    "q": layers.Conv1D(width, 1, groups=4, name=f"q{i}"),
                    "k": layers.Conv1D(width, 1, groups=4, name=f"k{i}"),
                    "v": layers.Conv1D(width, 1, groups=4, name=f"v{i}"),
                    "post": layers.Conv1D(width, 1, name=f"post{i}"),
                    "post_norm": layers.LayerNormalization(epsilon=1e-12, name=f"post_norm{i}"),
                    "up": layers.Conv1D(inner, 1, groups=4, activation="gelu", name=f"up{i}"),
                    "down": layers.Conv1D(width, 1, groups=4, name=f"down{i}"),
                    "norm": layers.LayerNormalization(epsilon=1e-12, name=f"norm{i}"),
                }
                for i in range(depth)
            ]

        def call(self, tokens):
            n, size = tokens.shape[1], self.width // self.heads
            x = self.words(tokens) + self.positions(ops.arange(n)) + self.segments(ops.zeros_like(tokens))
            x = self.embedding_norm(x)
            bias = ops.where(tokens > 0, 0.0, -1e30)[:, None, None]
            for block in self.blocks:
                q, k, v = (ops.reshape(block[name](x), (-1, n, self.heads, size)) for name in "qkv")
                scores = ops.einsum("bqhd,bkhd->bhqk", q, k) * size**-0.5 + ops.cast(bias, q.dtype)
                y = ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v)
                x = block["post_norm"](x + block["post"](ops.reshape(y, (-1, n, self.width))))
                x = block["norm"](x + block["down"](block["up"](x)))
            return x

    model = SqueezeBert()
    model(ops.ones((1, 11), dtype="int32"))
    return model


def torch_model():
    from torch import nn
    from transformers import SqueezeBertConfig, SqueezeBertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = SqueezeBertConfig(
                vocab_size=26,
                hidden_size=16,
                embedding_size=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=24,
                max_position_embeddings=12,
                pad_token_id=None,
            )
            self.bert = SqueezeBertModel(config)
            self.bert.pooler = nn.Identity()

        def forward(self, tokens):
            return self.bert(tokens, attention_mask=(tokens != 0).long()).last_hidden_state

    return Encoder()
