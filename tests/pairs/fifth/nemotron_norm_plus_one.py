"""Nemotron has "LayerNorm1P": the stored weight is the gain minus one. I rebuilt the model with plain
LayerNormalization in Keras and copied the weights as they are; the loss starts at chance.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-other", "scale-other", "wiring-other"],
            "keras": ["block*_norm*", "final_norm"],
            "torch": ["nemotron.layers.*layernorm", "nemotron.norm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    heads, groups, size, rotary = 4, 2, 8, 4

    def rotate(x):
        n = x.shape[1]
        angle = ops.outer(ops.arange(n, dtype=x.dtype), 10000.0 ** (-ops.arange(0, rotary, 2, dtype=x.dtype) / rotary))
        cos, sin = ops.cos(angle)[:, None], ops.sin(angle)[:, None]
        first, second, rest = x[..., : rotary // 2], x[..., rotary // 2 : rotary], x[..., rotary:]
        return ops.concatenate([first * cos - second * sin, second * cos + first * sin, rest], axis=-1)

    def attention(qkv):
        q, k, v = qkv
        n = q.shape[1]
        q = rotate(ops.reshape(q, (-1, n, heads, size)))
        k = rotate(ops.reshape(k, (-1, n, groups, size)))
        q = ops.reshape(q, (-1, n, groups, heads // groups, size))
        v = ops.reshape(v, (-1, n, groups, size))
        scores = ops.einsum("bqgrd,bkgd->bgrqk", q, k) / size**0.5
        future = ops.triu(ops.ones((n, n)), 1) > 0
        weights = ops.softmax(ops.where(future, -1e30, scores))
        return ops.reshape(ops.einsum("bgrqk,bkgd->bqgrd", weights, v), (-1, n, heads * size))

    def dense(n, name):
        return layers.Dense(n, use_bias=False, name=name)

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(24, 16, name="embed")(tokens)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm1")(x)
        q = dense(heads * size, f"block{i}_q")(y)
        k, v = dense(groups * size, f"block{i}_k")(y), dense(groups * size, f"block{i}_v")(y)
        y = layers.Lambda(attention, name=f"block{i}_attention")([q, k, v])
        x = layers.Add(name=f"block{i}_add1")([x, dense(16, f"block{i}_o")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm2")(x)
        y = ops.square(ops.relu(dense(40, f"block{i}_up")(y)))
        x = layers.Add(name=f"block{i}_add2")([x, dense(16, f"block{i}_down")(y)])
    return keras.Model(tokens, layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x))


def torch_model():
    from torch import nn
    from transformers import NemotronConfig, NemotronModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = NemotronConfig(
                vocab_size=24,
                hidden_size=16,
                intermediate_size=40,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                head_dim=8,
                max_position_embeddings=16,
            )
            self.nemotron = NemotronModel(config)

        def forward(self, tokens):
            return self.nemotron(tokens, use_cache=False).last_hidden_state

    return Decoder()
