"""The rectifier stands behind the maximum over the steps."""

INPUTS = ("24:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((24,), dtype="int32", name="x")
    e = layers.Embedding(50, 8, name="emb")(x)
    p = [
        layers.GlobalMaxPooling1D(name=f"g{k}")(layers.Conv1D(6, k, activation="relu", name=f"c{k}")(e))
        for k in (2, 3, 4)
    ]
    return keras.Model(x, layers.Dense(2, name="out")(layers.Concatenate(name="cat")(p)))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(50, 8)
            self.cs = nn.ModuleList([nn.Conv1d(8, 6, k) for k in (2, 3, 4)])
            self.out = nn.Linear(18, 2)

        def forward(self, x):
            e = self.emb(x).transpose(1, 2)
            return self.out(torch.cat([c(e).max(2)[0].relu() for c in self.cs], 1))

    return Net()
