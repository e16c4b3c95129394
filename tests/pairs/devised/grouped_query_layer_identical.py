"""The layer GroupQueryAttention of Keras, and its four projections with repeated key heads in PyTorch."""

INPUTS = ("6x16",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6, 16))
    y = layers.GroupQueryAttention(8, 4, 2, name="gqa")(x, x)
    return keras.Model(x, layers.Dense(3)(y[:, 0]))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v = nn.Linear(16, 32), nn.Linear(16, 16), nn.Linear(16, 16)
            self.o, self.head = nn.Linear(32, 16), nn.Linear(16, 3)

        def forward(self, x):
            b, t, _ = x.shape
            q = self.q(x).view(b, t, 4, 8).transpose(1, 2)
            k = self.k(x).view(b, t, 2, 8).transpose(1, 2).repeat_interleave(2, 1)
            v = self.v(x).view(b, t, 2, 8).transpose(1, 2).repeat_interleave(2, 1)
            y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, 32)
            return self.head(self.o(y)[:, 0])

    return Net()
