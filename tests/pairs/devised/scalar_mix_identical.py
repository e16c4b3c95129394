"""A learned mix of all layers, as ELMo has it."""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Mix(layers.Layer):
        def build(self, shapes):
            self.w = self.add_weight(shape=(3,), initializer="zeros", name="w")
            self.gamma = self.add_weight(shape=(), initializer="ones", name="gamma")

        def call(self, xs):
            s = ops.softmax(self.w)
            return self.gamma * sum(s[i] * x for i, x in enumerate(xs))

    ids = keras.Input((8,), dtype="int32")
    x = layers.Embedding(20, 6, name="emb")(ids)
    seen = [x]
    for i in range(2):
        x = layers.Conv1D(6, 3, padding="same", activation="tanh", name=f"conv{i}")(x)
        seen.append(x)
    x = Mix(name="mix")(seen)
    return keras.Model(ids, layers.Dense(3, name="out")(ops.mean(x, axis=1)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(20, 6)
            self.convs = nn.ModuleList(nn.Conv1d(6, 6, 3, padding=1) for _ in range(2))
            self.scalars = nn.Parameter(torch.zeros(3))
            self.gamma = nn.Parameter(torch.tensor(1.0))
            self.out = nn.Linear(6, 3)

        def forward(self, ids):
            x = self.emb(ids)
            seen = [x]
            for conv in self.convs:
                x = torch.tanh(conv(x.transpose(1, 2)).transpose(1, 2))
                seen.append(x)
            w = F.softmax(self.scalars, dim=0)
            x = self.gamma * (torch.stack(seen) * w.view(-1, 1, 1, 1)).sum(0)
            return self.out(x.mean(1))

    return Net()
