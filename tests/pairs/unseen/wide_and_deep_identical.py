"""Wide & deep on a dict of inputs: Normalization with given moments, embeddings, one-hot by hand."""

INPUTS = ("1:int32", "1:int32", "4")
TRUTH = {"identical": True}

MEAN = [0.5, -1.0, 2.0, 0.1]
VARIANCE = [1.5, 0.25, 4.0, 1.0]


def keras_model():
    import keras
    from keras import layers, ops

    inputs = {
        "numeric": keras.Input((4,), name="numeric"),
        "city": keras.Input((1,), dtype="int32", name="city"),
        "job": keras.Input((1,), dtype="int32", name="job"),
    }
    numeric = layers.Normalization(mean=MEAN, variance=VARIANCE)(inputs["numeric"])
    city = layers.Flatten()(layers.Embedding(7, 3)(inputs["city"]))
    job = layers.Flatten()(layers.Embedding(6, 4)(inputs["job"]))
    deep = layers.Concatenate()([numeric, city, job])
    for units in (12, 8):
        deep = layers.Dense(units, activation="selu")(deep)
        deep = layers.AlphaDropout(0.1)(deep)
    wide = ops.concatenate([ops.one_hot(inputs["city"][:, 0], 7), ops.one_hot(inputs["job"][:, 0], 6)], axis=-1)
    x = layers.concatenate([wide, deep])
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class WideAndDeep(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor(MEAN))
            self.register_buffer("std", torch.tensor(VARIANCE).sqrt())
            self.embeddings = nn.ModuleDict({"city": nn.Embedding(7, 3), "job": nn.Embedding(6, 4)})
            self.deep = nn.Sequential(
                nn.Linear(11, 12), nn.SELU(), nn.AlphaDropout(0.1), nn.Linear(12, 8), nn.SELU(), nn.AlphaDropout(0.1)
            )
            self.out = nn.Linear(7 + 6 + 8, 1)

        def forward(self, numeric, city, job):
            numeric = (numeric - self.mean) / self.std
            dense = [self.embeddings["city"](city).squeeze(1), self.embeddings["job"](job).squeeze(1)]
            deep = self.deep(torch.cat([numeric, *dense], dim=1))
            wide = torch.cat([F.one_hot(city[:, 0].long(), 7), F.one_hot(job[:, 0].long(), 6)], dim=1).to(deep.dtype)
            return torch.sigmoid(self.out(torch.cat([wide, deep], dim=1)))

    return WideAndDeep()
