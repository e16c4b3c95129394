"""Gated residual networks with variable selection for the census table; the PyTorch version uses F.glu for the gate
and its probabilities no longer agree with the Keras ones.
"""

INPUTS = ("6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order"],
            "keras": ["grn_*", "select", "select/*", "*/glu", "*/glu/*"],
            "torch": ["grns", "grns.*", "select", "select.*", "*glu*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GatedLinearUnit(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.linear = layers.Dense(2 * units, name="linear")

        def call(self, x):
            gate, value = ops.split(self.linear(x), 2, axis=-1)
            return value * ops.sigmoid(gate)

    class GatedResidualNetwork(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.elu_dense = layers.Dense(units, activation="elu", name="elu_dense")
            self.linear_dense = layers.Dense(units, name="linear_dense")
            self.glu = GatedLinearUnit(units, name="glu")
            self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm")
            self.project = None

        def build(self, shape):
            if shape[-1] != self.units:
                self.project = layers.Dense(self.units, name="project")

        def call(self, inputs):
            x = self.linear_dense(self.elu_dense(inputs))
            if self.project is not None:
                inputs = self.project(inputs)
            return self.norm(inputs + self.glu(x))

    row = keras.Input((6,))
    columns = [layers.Dense(8, name=f"embed_{i}")(row[:, i : i + 1]) for i in range(6)]
    weights = GatedResidualNetwork(6, name="select")(layers.Concatenate(name="flat")(columns))
    weights = layers.Reshape((6, 1), name="weights")(layers.Softmax(name="importance")(weights))
    processed = [GatedResidualNetwork(8, name=f"grn_{i}")(column) for i, column in enumerate(columns)]
    stacked = layers.Lambda(lambda xs: ops.stack(xs, axis=1), output_shape=(6, 8), name="stack")(processed)
    x = layers.Multiply(name="weighted")([weights, stacked])
    x = layers.Lambda(lambda t: ops.sum(t, axis=1), output_shape=(8,), name="total")(x)
    return keras.Model(row, layers.Dense(1, activation="sigmoid", name="income")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GRN(nn.Module):
        def __init__(self, input_size, size):
            super().__init__()
            self.skip = nn.Linear(input_size, size) if input_size != size else nn.Identity()
            self.fc1 = nn.Linear(input_size, size)
            self.fc2 = nn.Linear(size, size)
            self.gate = nn.Linear(size, size * 2)
            self.ln = nn.LayerNorm(size)

        def forward(self, x):
            h = self.fc2(F.elu(self.fc1(x)))
            return self.ln(self.skip(x) + F.glu(self.gate(h), dim=-1))

    class VariableSelectionNet(nn.Module):
        def __init__(self, n_features=6, dim=8):
            super().__init__()
            self.embed = nn.ModuleList(nn.Linear(1, dim) for _ in range(n_features))
            self.grns = nn.ModuleList(GRN(dim, dim) for _ in range(n_features))
            self.select = GRN(n_features * dim, n_features)
            self.head = nn.Linear(dim, 1)

        def forward(self, x):
            cols = [e(x[:, [i]]) for i, e in enumerate(self.embed)]
            w = torch.softmax(self.select(torch.cat(cols, dim=-1)), dim=-1)
            v = torch.stack([g(c) for g, c in zip(self.grns, cols, strict=True)], dim=-1)
            return torch.sigmoid(self.head((v * w.unsqueeze(1)).sum(-1)))

    return VariableSelectionNet()
