"""Three experts as layers in Keras, as one tensor in PyTorch; a softmax mixes them."""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    inputs = keras.Input((10,))
    gate = layers.Dense(3, activation="softmax", name="gate")(inputs)
    experts = ops.stack([layers.Dense(4, activation="relu", name=f"e{i}")(inputs) for i in range(3)], axis=1)
    y = ops.einsum("be,bec->bc", gate, experts)
    return keras.Model(inputs, layers.Dense(2, name="o")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = nn.Linear(10, 3)
            self.w = nn.Parameter(torch.randn(3, 10, 4))
            self.b = nn.Parameter(torch.randn(3, 4))
            self.o = nn.Linear(4, 2)

        def forward(self, x):
            g = self.gate(x).softmax(-1)
            h = torch.relu(torch.einsum("bi,eio->beo", x, self.w) + self.b)
            return self.o((g.unsqueeze(-1) * h).sum(1))

    return Net()
