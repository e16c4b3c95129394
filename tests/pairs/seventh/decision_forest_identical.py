"""Neural decision forest (tabular, from keras.io): breadth-first loop over levels; in PyTorch each leaf multiplies the
nodes on its path, looked up in a table. The first output of the decision layer is used by nobody, on both sides.
"""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class NeuralDecisionTree(keras.Model):
        def __init__(self, depth, used, num_classes, name):
            super().__init__(name=name)
            self.depth, self.num_leaves, self.num_classes = depth, 2**depth, num_classes
            self.used = np.eye(10, dtype="float32")[list(used)]
            self.decision_fn = layers.Dense(self.num_leaves, activation="sigmoid", name="decision")
            self.pi = self.add_weight(
                shape=(self.num_leaves, num_classes), initializer="random_normal", name="pi", trainable=True
            )

        def call(self, features):
            features = ops.matmul(features, ops.transpose(ops.cast(self.used, features.dtype)))
            decisions = ops.expand_dims(self.decision_fn(features), axis=2)
            decisions = ops.concatenate([decisions, 1 - decisions], axis=2)
            mu = ops.ones_like(decisions[:, :1, :1])
            begin, end = 1, 2
            for level in range(self.depth):
                mu = ops.tile(ops.reshape(mu, (-1, 2**level, 1)), (1, 1, 2))
                mu = mu * decisions[:, begin:end, :]
                begin, end = end, end + 2 ** (level + 1)
            mu = ops.reshape(mu, (-1, self.num_leaves))
            return ops.matmul(mu, ops.softmax(self.pi, axis=-1))

    class NeuralDecisionForest(keras.Model):
        def __init__(self):
            super().__init__()
            self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm")
            self.ensemble = [
                NeuralDecisionTree(3, (0, 2, 3, 7, 9), 3, "tree_0"),
                NeuralDecisionTree(3, (1, 2, 4, 5, 8), 3, "tree_1"),
            ]

        def call(self, inputs, training=None):
            features = self.norm(inputs, training=training)
            return sum(tree(features) for tree in self.ensemble) / len(self.ensemble)

    return NeuralDecisionForest()


def torch_model():
    import torch
    from torch import nn

    class Tree(nn.Module):
        def __init__(self, columns, depth=3, classes=3):
            super().__init__()
            self.register_buffer("columns", torch.tensor(columns))
            leaves = torch.arange(2**depth)
            shifts = torch.arange(depth - 1, -1, -1)
            self.register_buffer("went_right", ((leaves[:, None] >> shifts) & 1).bool())
            self.register_buffer("path", (leaves[:, None] + 2**depth) >> (shifts + 1))
            self.decide = nn.Linear(len(columns), 2**depth)
            self.pi = nn.Parameter(torch.randn(2**depth, classes))

        def forward(self, x):
            d = torch.sigmoid(self.decide(x.index_select(1, self.columns)))[:, self.path]
            mu = torch.where(self.went_right, 1.0 - d, d).prod(dim=-1)
            return mu @ self.pi.softmax(dim=-1)

    class Forest(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm1d(10)
            self.trees = nn.ModuleList([Tree([0, 2, 3, 7, 9]), Tree([1, 2, 4, 5, 8])])

        def forward(self, x):
            x = self.bn(x)
            return torch.stack([tree(x) for tree in self.trees]).mean(0)

    return Forest()
