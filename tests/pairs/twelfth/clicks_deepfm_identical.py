"""Click prediction with a factorisation machine beside a deep part; pairs of fields as half the difference of two sums
in Keras and as explicit products of every pair in PyTorch.
"""

INPUTS = ("6:int32", "4")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class FactorizationMachine(layers.Layer):
        def call(self, x):
            square_of_sum = ops.square(ops.sum(x, axis=1))
            sum_of_squares = ops.sum(ops.square(x), axis=1)
            return 0.5 * ops.sum(square_of_sum - sum_of_squares, axis=-1, keepdims=True)

    fields = keras.Input((6,), dtype="int32", name="fields")
    numbers = keras.Input((4,), name="numbers")
    vectors = layers.Embedding(40, 5, name="vectors")(fields)
    weights = layers.Embedding(40, 1, name="weights")(fields)

    linear = layers.Add(name="linear")(
        [
            layers.Lambda(lambda w: ops.sum(w, axis=1), name="linear_fields")(weights),
            layers.Dense(1, name="wide")(numbers),
        ]
    )
    pairs = FactorizationMachine(name="pairs")(vectors)
    x = layers.Concatenate(name="deep_input")([layers.Flatten(name="flat")(vectors), numbers])
    for i, units in enumerate((24, 12)):
        x = layers.Dense(units, use_bias=False, name=f"deep_{i}")(x)
        x = layers.BatchNormalization(name=f"deep_{i}_bn")(x)
        x = layers.Activation("relu", name=f"deep_{i}_relu")(x)
        x = layers.Dropout(0.2, name=f"deep_{i}_drop")(x)
    deep = layers.Dense(1, use_bias=False, name="deep_out")(x)
    click = layers.Activation("sigmoid", name="click")(layers.Add(name="sum")([linear, pairs, deep]))
    return keras.Model([fields, numbers], click)


def torch_model():
    from itertools import pairwise

    import torch
    from torch import nn

    class DeepFM(nn.Module):
        def __init__(self, n_values=40, n_fields=6, k=5, n_dense=4, hidden=(24, 12)):
            super().__init__()
            self.register_buffer("pairs", torch.combinations(torch.arange(n_fields), 2), persistent=False)
            self.second_order = nn.Embedding(n_values, k)
            self.first_order = nn.Embedding(n_values, 1)
            self.first_order_dense = nn.Linear(n_dense, 1)
            dims, dnn = [n_fields * k + n_dense, *hidden], []
            for a, b in pairwise(dims):
                dnn.append(nn.Linear(a, b, bias=False))
                dnn.append(nn.BatchNorm1d(b, eps=1e-3, momentum=0.01))
                dnn.append(nn.ReLU())
                dnn.append(nn.Dropout(0.2))
            dnn.append(nn.Linear(dims[-1], 1, bias=False))
            self.dnn = nn.Sequential(*dnn)

        def forward(self, sparse, dense):
            v = self.second_order(sparse)
            fm = (v[:, self.pairs[:, 0]] * v[:, self.pairs[:, 1]]).sum(dim=(1, 2)).unsqueeze(1)
            y = self.first_order(sparse).sum(1) + self.first_order_dense(dense)
            y = y + fm + self.dnn(torch.cat([v.flatten(1), dense], dim=1))
            return torch.sigmoid(y)

    return DeepFM()
