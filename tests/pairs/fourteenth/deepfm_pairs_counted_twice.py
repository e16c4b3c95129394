"""DeepFM for clicks: first order, the pairs by the square of the sum, and a deep part; the port forgets the half in
front of the pairs.
"""

INPUTS = ("6:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["pairs", "pairs/*", "logit"],
            "torch": ["fm", "fm.*", "sum*", "sub*", "pow*", "mul*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class PairwiseInteraction(layers.Layer):
        def call(self, v):
            square_of_sum = ops.square(ops.sum(v, axis=1))
            sum_of_square = ops.sum(ops.square(v), axis=1)
            return 0.5 * ops.sum(square_of_sum - sum_of_square, axis=-1, keepdims=True)

    fields = keras.Input((6,), dtype="int32", name="fields")
    first = layers.Flatten(name="first_flat")(layers.Embedding(48, 1, name="first_order")(fields))
    first = layers.Lambda(lambda t: ops.sum(t, axis=1, keepdims=True), name="first_sum")(first)
    factors = layers.Embedding(48, 8, name="factors")(fields)
    pairs = PairwiseInteraction(name="pairs")(factors)
    deep = layers.Flatten(name="flat")(factors)
    for i, width in enumerate((24, 12)):
        deep = layers.Dense(width, activation="relu", name=f"deep_{i}")(deep)
    deep = layers.Dense(1, name="deep_out")(deep)
    logit = layers.Add(name="logit")([first, pairs, deep])
    return keras.Model(fields, layers.Activation("sigmoid", name="click")(logit))


def torch_model():
    import torch
    from torch import nn

    class FactorizationMachine(nn.Module):
        def forward(self, x):
            square_of_sum = x.sum(dim=1) ** 2
            sum_of_square = (x**2).sum(dim=1)
            return (square_of_sum - sum_of_square).sum(dim=1, keepdim=True)

    class DeepFM(nn.Module):
        def __init__(self, vocab=48, fields=6, dim=8):
            super().__init__()
            self.linear = nn.Embedding(vocab, 1)
            self.embedding = nn.Embedding(vocab, dim)
            self.fm = FactorizationMachine()
            self.mlp = nn.Sequential(
                nn.Linear(fields * dim, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU(), nn.Linear(12, 1)
            )

        def forward(self, x):
            e = self.embedding(x)
            y = self.linear(x).sum(dim=1) + self.fm(e) + self.mlp(e.flatten(1))
            return torch.sigmoid(y)

    return DeepFM()
