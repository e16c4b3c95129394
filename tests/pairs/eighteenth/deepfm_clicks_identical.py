"""DeepFM that predicts clicks from six hashed features and four numbers: in Keras the pairwise products come from the
square of a sum, in PyTorch from a loop over all pairs of embeddings.
"""

INPUTS = ("6:int32", "4")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class FactorizationMachine(layers.Layer):
        def call(self, fields):
            square_of_sum = ops.square(ops.sum(fields, axis=1))
            sum_of_square = ops.sum(ops.square(fields), axis=1)
            return 0.5 * ops.sum(square_of_sum - sum_of_square, axis=1, keepdims=True)

    hashed = keras.Input((6,), dtype="int32", name="hashed")
    numbers = keras.Input((4,), name="numbers")
    fields = layers.Embedding(60, 8, name="factors")(hashed)
    first = layers.Embedding(60, 1, name="first_order")(hashed)
    linear = layers.Add()([layers.Lambda(lambda t: ops.sum(t, axis=1))(first), layers.Dense(1, name="wide")(numbers)])
    deep = layers.Concatenate()([layers.Flatten()(fields), numbers])
    for i, width in enumerate((24, 12)):
        deep = layers.Dense(width, name=f"deep{i}")(deep)
        deep = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"deep{i}_bn")(deep)
        deep = layers.Dropout(0.2)(layers.ReLU()(deep))
    deep = layers.Dense(1, use_bias=False, name="deep_out")(deep)
    logit = layers.Add()([linear, FactorizationMachine(name="fm")(fields), deep])
    return keras.Model([hashed, numbers], layers.Activation("sigmoid")(logit))


def torch_model():
    from itertools import combinations

    import torch
    from torch import nn

    class DeepFM(nn.Module):
        def __init__(self, buckets=60, dim=8, fields=6, dense=4, hidden=(24, 12)):
            super().__init__()
            self.bias_table = nn.Embedding(buckets, 1)
            self.table = nn.Embedding(buckets, dim)
            self.linear = nn.Linear(dense, 1)
            self.pairs = list(combinations(range(fields), 2))
            layers, width = [], fields * dim + dense
            for size in hidden:
                layers += [nn.Linear(width, size), nn.BatchNorm1d(size), nn.ReLU(), nn.Dropout(0.2)]
                width = size
            self.mlp = nn.Sequential(*layers, nn.Linear(width, 1, bias=False))

        def forward(self, ids, dense):
            v = self.table(ids)
            wide = self.bias_table(ids).squeeze(-1).sum(dim=1) + self.linear(dense).squeeze(-1)
            crossed = sum((v[:, i] * v[:, j]).sum(dim=-1) for i, j in self.pairs)
            deep = self.mlp(torch.cat((v.flatten(start_dim=1), dense), dim=1)).squeeze(-1)
            return torch.sigmoid(wide + crossed + deep).unsqueeze(-1)

    return DeepFM()
