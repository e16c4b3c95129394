"""Query, key and value in one dense layer of Keras, in three of PyTorch."""

INPUTS = ("6x12",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Attention(layers.Layer):
        def __init__(self, width, heads, **options):
            super().__init__(**options)
            self.width, self.heads = width, heads
            self.qkv = layers.Dense(3 * width, name="qkv")
            self.proj = layers.Dense(width, name="proj")

        def call(self, x):
            size = self.width // self.heads
            qkv = ops.reshape(self.qkv(x), (-1, x.shape[1], 3, self.heads, size))
            q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), axis=0)
            scores = ops.softmax(q @ ops.swapaxes(k, -1, -2) / size**0.5)
            return self.proj(ops.reshape(ops.transpose(scores @ v, (0, 2, 1, 3)), (-1, x.shape[1], self.width)))

    inputs = keras.Input((6, 12))
    x = Attention(12, 3, name="attn")(inputs)
    return keras.Model(inputs, layers.Dense(5)(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, width, heads):
            super().__init__()
            self.heads = heads
            self.q_proj = nn.Linear(width, width)
            self.k_proj = nn.Linear(width, width)
            self.v_proj = nn.Linear(width, width)
            self.out_proj = nn.Linear(width, width)

        def split(self, x):
            return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

        def forward(self, x):
            q, k, v = (self.split(layer(x)) for layer in (self.q_proj, self.k_proj, self.v_proj))
            weights = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).softmax(-1)
            return self.out_proj((weights @ v).transpose(1, 2).flatten(2))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = Attention(12, 3)
            self.fc = nn.Linear(12, 5)

        def forward(self, x):
            return self.fc(self.attn(x).mean(1))

    return Net()
