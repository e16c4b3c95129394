"""Two towers whose PyTorch module takes both inputs in one list."""

INPUTS = ("5", "7")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    a, b = keras.Input((5,), name="user"), keras.Input((7,), name="item")
    x = layers.Concatenate()(
        [layers.Dense(4, activation="relu", name="u")(a), layers.Dense(4, activation="relu", name="i")(b)]
    )
    return keras.Model([a, b], layers.Dense(1, name="s")(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.u, self.i, self.s = nn.Linear(5, 4), nn.Linear(7, 4), nn.Linear(8, 1)

        def forward(self, inputs):
            user, item = inputs
            return self.s(torch.relu(torch.cat([self.u(user), self.i(item)], -1)))

    return Net()
