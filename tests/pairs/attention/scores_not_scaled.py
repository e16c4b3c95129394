"""Hand-written attention without the division by the root of the width."""

INPUTS = ("9x16",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["attention-scale"], "keras": ["multi_head_attention*"], "torch": ["matmul*", "softmax"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((9, 16))
    a = layers.MultiHeadAttention(1, 16)(inputs, inputs)
    return keras.Model(inputs, layers.Dense(3)(inputs + a))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q = nn.Linear(16, 16)
            self.k = nn.Linear(16, 16)
            self.v = nn.Linear(16, 16)
            self.p = nn.Linear(16, 16)
            self.o = nn.Linear(16, 3)

        def forward(self, x):
            a = torch.softmax(self.q(x) @ self.k(x).transpose(1, 2), -1) @ self.v(x)
            return self.o(x + self.p(a))

    return Net()
