"""DeepFM for click rates: six categorical fields in one table, a linear part, the pairwise part by square of sum minus
sum of squares, and an MLP on the joined embeddings.
"""

INPUTS = ("6:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["pairs*", "multiply*", "sum*", "logit*", "add*"],
            "torch": ["fm", "fm.*", "sum*", "sub*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Pairs(layers.Layer):
        def call(self, x):
            square_of_sum = ops.square(ops.sum(x, axis=1))
            sum_of_squares = ops.sum(ops.square(x), axis=1)
            return 0.5 * ops.sum(square_of_sum - sum_of_squares, axis=1, keepdims=True)

    fields = keras.Input((6,), dtype="int32", name="fields")
    linear = layers.Embedding(50, 1, name="linear")(fields)
    linear = ops.sum(linear, axis=1)
    embedded = layers.Embedding(50, 5, name="factors")(fields)
    deep = layers.Flatten(name="joined")(embedded)
    deep = layers.Dense(16, activation="relu", name="deep_1")(deep)
    deep = layers.Dense(8, activation="relu", name="deep_2")(deep)
    deep = layers.Dense(1, name="deep_out")(deep)
    logit = layers.Add(name="logit")([linear, Pairs(name="pairs")(embedded), deep])
    return keras.Model(fields, layers.Activation("sigmoid", name="click")(logit))


def torch_model():
    from itertools import pairwise

    import torch
    from torch import nn

    class FactorizationMachine(nn.Module):
        def forward(self, x):
            cross = x.sum(dim=1) ** 2 - (x**2).sum(dim=1)
            return cross.sum(dim=1, keepdim=True)

    class DeepFM(nn.Module):
        def __init__(self, features=50, fields=6, width=5):
            super().__init__()
            self.fc = nn.Embedding(features, 1)
            self.embedding = nn.Embedding(features, width)
            self.fm = FactorizationMachine()
            sizes, steps = (fields * width, 16, 8), []
            for a, b in pairwise(sizes):
                steps += [nn.Linear(a, b), nn.ReLU()]
            self.mlp = nn.Sequential(*steps, nn.Linear(8, 1))

        def forward(self, x):
            found = self.embedding(x)
            total = self.fc(x).sum(dim=1) + self.fm(found) + self.mlp(found.flatten(1))
            return torch.sigmoid(total)

    return DeepFM()
