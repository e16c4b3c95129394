"""T5-like relative bias: the table is read at query - key in Keras, at key - query in PyTorch."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the table is given the distance with the other sign
            "rules": ["wiring-other", "position-offset", "permute-axes"],
            "keras": ["relative_attention"],
            "torch": ["attn", "attn.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class RelativeAttention(layers.Layer):
        def __init__(self, dim, heads, reach=8, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads, self.reach = dim, heads, reach
            self.qkv = layers.Dense(3 * dim, use_bias=False, name="qkv")
            self.o = layers.Dense(dim, use_bias=False, name="o")
            self.bias = layers.Embedding(2 * reach - 1, heads, name="relative_bias")

        def call(self, x):
            n, d = x.shape[1], self.dim // self.heads
            qkv = ops.reshape(self.qkv(x), (-1, n, 3, self.heads, d))
            q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)))
            at = ops.arange(n)
            table = self.bias(at[:, None] - at[None, :] + self.reach - 1)
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) + ops.transpose(table, (2, 0, 1))[None]
            y = ops.matmul(ops.softmax(scores), v)
            return self.o(ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, n, self.dim)))

    inputs = keras.Input((6, 8))
    y = RelativeAttention(8, 2, name="relative_attention")(layers.RMSNormalization(epsilon=1e-6)(inputs))
    return keras.Model(inputs, layers.Dense(4, name="head")(layers.Add()([inputs, y])))


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads, reach=8):
            super().__init__()
            self.heads, self.reach = heads, reach
            self.qkv = nn.Linear(dim, 3 * dim, bias=False)
            self.o = nn.Linear(dim, dim, bias=False)
            self.relative_attention_bias = nn.Embedding(2 * reach - 1, heads)

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = self.qkv(x).view(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            at = torch.arange(n, device=x.device)
            bias = self.relative_attention_bias(at[None, :] - at[:, None] + self.reach - 1).permute(2, 0, 1)
            weights = torch.softmax(q @ k.transpose(-1, -2) + bias.unsqueeze(0), -1)
            return self.o((weights @ v).transpose(1, 2).reshape(b, n, d))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.RMSNorm(8, eps=1e-6)
            self.attn = Attention(8, 2)
            self.head = nn.Linear(8, 4)

        def forward(self, x):
            return self.head(x + self.attn(self.norm(x)))

    return Net()
