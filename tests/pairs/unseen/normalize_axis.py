"""Siamese embeddings and cosine similarity: one ``F.normalize(z, dim=0)`` normalises over the batch."""

INPUTS = ("10", "10")
TRUTH = {
    "identical": False,
    "causes": [
        {
            # the vectors are normalised over another axis; norm-axis says it of a batch norm
            "rules": ["norm-axis", "norm-other", "normalize-epsilon"],
            "keras": ["unit_normalization*", "dot", "normalize*"],
            "torch": ["normalize*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    tower = keras.Sequential([layers.Input((10,)), layers.Dense(12, activation="relu"), layers.Dense(6)], name="tower")
    left = keras.Input((10,), name="left")
    right = keras.Input((10,), name="right")
    a = layers.UnitNormalization(axis=-1)(tower(left))
    b = layers.UnitNormalization(axis=-1)(tower(right))
    return keras.Model([left, right], layers.Dot(axes=1)([a, b]))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Siamese(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Linear(10, 12), nn.ReLU(), nn.Linear(12, 6))

        def forward(self, left, right):
            a = F.normalize(self.encoder(left), dim=1)
            b = F.normalize(self.encoder(right), dim=0)
            return (a * b).sum(dim=1, keepdim=True)

    return Siamese()
