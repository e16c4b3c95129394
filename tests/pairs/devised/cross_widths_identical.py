"""Cross-attention to a context of another width: three tensors in PyTorch, not one."""

INPUTS = ("6x12", "9x10")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    q = keras.Input((6, 12), name="query")
    c = keras.Input((9, 10), name="context")
    x = layers.MultiHeadAttention(3, 4, name="cross")(q, c)
    x = layers.LayerNormalization(epsilon=1e-5)(q + x)
    return keras.Model([q, c], layers.Dense(2)(x[:, 0]))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = nn.MultiheadAttention(12, 3, kdim=10, vdim=10, batch_first=True)
            self.norm = nn.LayerNorm(12)
            self.fc = nn.Linear(12, 2)

        def forward(self, query, context):
            a, _ = self.attn(query, context, context)
            return self.fc(self.norm(query + a)[:, 0])

    return Net()
