"""A small language model; its PyTorch port hands the dropout rate to the attention in eval mode as well."""

INPUTS = ["12x16"]
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["train-mode-left-on"],
            "keras": ["attention", "attention.*", "sum"],
            "torch": ["scaled_dot_product_attention*", "dropout*", "out*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    tokens = keras.Input((12, 16), name="tokens")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(tokens)
    x = layers.MultiHeadAttention(2, 8, dropout=0.1, name="attention")(x, x, use_causal_mask=True)
    x = layers.Add(name="sum")([tokens, x])
    return keras.Model(tokens, layers.Dense(5, name="head")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.head = nn.LayerNorm(16), nn.Linear(16, 5)
            self.query, self.key, self.value, self.out = (nn.Linear(16, 16) for _ in range(4))

        def forward(self, x):
            h = self.norm(x)
            q, k, v = (f(h).unflatten(-1, (2, 8)).transpose(1, 2) for f in (self.query, self.key, self.value))
            y = F.scaled_dot_product_attention(q, k, v, dropout_p=0.1, is_causal=True)
            return self.head(x + self.out(y.transpose(1, 2).flatten(2)))

    return Model()
