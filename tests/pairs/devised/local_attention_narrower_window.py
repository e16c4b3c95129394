"""Local attention sees two neighbours on either side in Keras and one in PyTorch."""

INPUTS = ("8x16",)
TRUTH = {"identical": False, "causes": [{"rules": ["attention-mask-other"], "keras": ["a", "a.*"], "torch": ["a"]}]}


def keras_model():
    import keras
    import numpy as np
    from keras import layers

    x = i = keras.Input((8, 16))
    m = np.abs(np.arange(8)[:, None] - np.arange(8)[None]) <= 2
    x = layers.MultiHeadAttention(2, 8, name="a")(x, x, attention_mask=m[None])
    return keras.Model(i, layers.Dense(2, name="o")(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.o = nn.MultiheadAttention(16, 2, batch_first=True), nn.Linear(16, 2)

        def forward(self, x):
            m = torch.ones(8, 8, dtype=torch.bool)
            return self.o(self.a(x, x, x, attn_mask=~(torch.tril(m, 1) & torch.triu(m, -1)))[0])

    return Net()
