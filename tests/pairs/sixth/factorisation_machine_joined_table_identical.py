"""DeepFM-like click model, trained. PyTorch joins the tables of three columns and adds offsets (pytorch-fm), Keras
has a table of factors and one of slopes per column. Labels are smoothed: by Keras's argument, by hand in my loss
for PyTorch. Plain SGD whose rate falls as 1/(1+t/8).
"""

INPUTS = ("1:int32", "1:int32", "1:int32")
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    sizes = {"user": 9, "item": 13, "shop": 9}
    ids = [keras.Input((1,), dtype="int32", name=column) for column in sizes]
    slopes = [layers.Embedding(n, 1, name=f"{c}_slope")(x) for x, (c, n) in zip(ids, sizes.items(), strict=True)]
    factors = [layers.Embedding(n, 6, name=f"{c}_factors")(x) for x, (c, n) in zip(ids, sizes.items(), strict=True)]
    linear = layers.Flatten()(layers.Add()(slopes))
    pairs = [layers.Dot(axes=2)([factors[i], factors[j]]) for i in range(3) for j in range(i + 1, 3)]
    second = layers.Flatten()(layers.Add()(pairs))
    deep = layers.Flatten()(layers.Concatenate(axis=1)(factors))
    deep = layers.Dense(8, activation="relu", name="deep_0")(deep)
    deep = layers.Dense(1, name="deep_1")(deep)
    logit = ops.add(ops.add(linear, second), deep)
    model = keras.Model(ids, logit)
    rate = keras.optimizers.schedules.InverseTimeDecay(0.5, decay_steps=8, decay_rate=1.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.125)
    return model, keras.optimizers.SGD(rate), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class FactorizationMachine(nn.Module):
        def forward(self, x):
            return 0.5 * (x.sum(dim=1).pow(2) - x.pow(2).sum(dim=1)).sum(dim=1, keepdim=True)

    class DeepFM(nn.Module):
        def __init__(self, field_dims):
            super().__init__()
            self.register_buffer("offsets", torch.tensor((0, *field_dims[:-1])).cumsum(0))
            self.embedding = nn.Embedding(sum(field_dims), 6)
            self.fc = nn.Embedding(sum(field_dims), 1)
            self.fm = FactorizationMachine()
            self.mlp = nn.Sequential(nn.Linear(6 * len(field_dims), 8), nn.ReLU(), nn.Linear(8, 1))

        def forward(self, *columns):
            x = torch.cat(columns, dim=1) + self.offsets
            embed_x = self.embedding(x)
            return self.fc(x).sum(1) + self.fm(embed_x) + self.mlp(embed_x.flatten(1))

    model = DeepFM([9, 13, 9])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

    def criterion(logits, clicks):
        return F.binary_cross_entropy_with_logits(logits, clicks * 0.875 + 0.0625)

    return model, optimizer, criterion, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t / 8))


def training_data():
    import numpy as np

    rng = np.random.default_rng(5)
    columns = tuple(rng.integers(0, n, size=(24, 1)).astype("int32") for n in (9, 13, 9))
    return columns, rng.integers(0, 2, size=(24, 1)).astype("float32")
