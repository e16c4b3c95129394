"""Self-attention as keras.io writes it: the width is cast to "float32" before the root."""

INPUTS = ("6x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Attention(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.query_dense, self.key_dense, self.value_dense = (layers.Dense(width) for _ in range(3))

        def call(self, inputs):
            query, key, value = self.query_dense(inputs), self.key_dense(inputs), self.value_dense(inputs)
            score = ops.matmul(query, ops.transpose(key, (0, 2, 1)))
            dim_key = ops.cast(ops.shape(key)[-1], "float32")
            weights = ops.softmax(score / ops.sqrt(dim_key), axis=-1)
            return ops.matmul(weights, value)

    inputs = keras.Input((6, 8))
    return keras.Model(inputs, layers.Dense(3)(Attention(8)(inputs)))


def torch_model():
    import math

    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v = (nn.Linear(8, 8) for _ in range(3))
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            q, k, v = self.q(x), self.k(x), self.v(x)
            w = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(8), dim=-1)
            return self.out(w @ v)

    return Net()
