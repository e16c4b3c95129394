"""A matrix factorisation whose inputs are single numbers without an axis."""

INPUTS = (":int32", ":int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    u = keras.Input((), dtype="int32", name="user")
    m = keras.Input((), dtype="int32", name="item")
    p = layers.Embedding(30, 6, name="ue")(u)
    q = layers.Embedding(40, 6, name="ie")(m)
    b = layers.Embedding(30, 1, name="ub")(u)[:, 0] + layers.Embedding(40, 1, name="ib")(m)[:, 0]
    return keras.Model([u, m], ops.sum(p * q, -1) + b)


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.ue, self.ie, self.ub, self.ib = (
                nn.Embedding(30, 6),
                nn.Embedding(40, 6),
                nn.Embedding(30, 1),
                nn.Embedding(40, 1),
            )

        def forward(self, user, item):
            return (self.ue(user) * self.ie(item)).sum(-1) + self.ub(user).squeeze(-1) + self.ib(item).squeeze(-1)

    return Net()
