"""Packed projections, a buffer of ones and masked_fill, as small GPTs are written."""

INPUTS = ("10:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((10,), dtype="int32")

    class Pos(layers.Layer):
        def build(self, sh):
            self.p = self.add_weight(shape=(10, 16), name="pos")

        def call(self, x):
            return x + self.p

    x = Pos()(layers.Embedding(30, 16)(inputs))
    h = layers.LayerNormalization(epsilon=1e-05)(x)
    x = x + layers.MultiHeadAttention(2, 8)(h, h, use_causal_mask=True)
    h = layers.LayerNormalization(epsilon=1e-05)(x)
    x = x + layers.Dense(16)(layers.Dense(32, activation=lambda t: keras.activations.gelu(t, approximate=True))(h))
    return keras.Model(inputs, layers.Dense(30, use_bias=False)(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = nn.Embedding(30, 16)
            self.wpe = nn.Embedding(10, 16)
            self.l1 = nn.LayerNorm(16)
            self.attn = nn.Linear(16, 48)
            self.proj = nn.Linear(16, 16)
            self.l2 = nn.LayerNorm(16)
            self.fc = nn.Linear(16, 32)
            self.fp = nn.Linear(32, 16)
            self.head = nn.Linear(16, 30, bias=False)
            self.register_buffer("tril", torch.tril(torch.ones(10, 10)).view(1, 1, 10, 10))

        def forward(self, x):
            rows, steps = x.shape
            h = self.wte(x) + self.wpe(torch.arange(steps))
            q, k, v = self.attn(self.l1(h)).split(16, 2)
            q, k, v = [t.view(rows, steps, 2, 8).transpose(1, 2) for t in (q, k, v)]
            a = q @ k.transpose(-2, -1) * 8 ** (-0.5)
            a = a.masked_fill(self.tril[:, :, :steps, :steps] == 0, float("-inf"))
            a = F.softmax(a, -1)
            h = h + self.proj((a @ v).transpose(1, 2).reshape(rows, steps, 16))
            return self.head(h + self.fp(F.gelu(self.fc(self.l2(h)), approximate="tanh")))

    return Net()
