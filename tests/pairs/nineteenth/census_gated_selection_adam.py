"""Gated residual and variable selection networks on census rows, numbers and categories, trained by Adam: value
and gate are two dense layers in Keras and one with F.glu in PyTorch.
"""

INPUTS = ("3", "2:int32")
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["adam-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"], "visible": False},
        {"rules": ["embedding-sparse-gradient"], "keras": ["optimizer"], "torch": ["optimizer"], "visible": False},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    units, numbers, kinds = 10, 3, 2

    class GatedResidualNetwork(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.elu_dense = layers.Dense(units, activation="elu", name="elu_dense")
            self.linear_dense = layers.Dense(units, name="linear_dense")
            self.dropout = layers.Dropout(0.1)
            self.value = layers.Dense(units, name="value")
            self.gate = layers.Dense(units, activation="sigmoid", name="gate")
            self.layer_norm = layers.LayerNormalization(epsilon=1e-5, name="norm")

        def build(self, shape):
            self.elu_dense.build(shape)
            inner = (*shape[:-1], self.units)
            for layer in (self.linear_dense, self.value, self.gate, self.layer_norm):
                layer.build(inner)
            self.project = None
            if shape[-1] != self.units:
                self.project = layers.Dense(self.units, name="project")
                self.project.build(shape)

        def call(self, inputs):
            x = self.dropout(self.linear_dense(self.elu_dense(inputs)))
            if self.project is not None:
                inputs = self.project(inputs)
            return self.layer_norm(inputs + self.value(x) * self.gate(x))

    class Column(layers.Layer):
        def __init__(self, index, **kwargs):
            super().__init__(**kwargs)
            self.index = index

        def call(self, rows):
            return rows[:, self.index : self.index + 1]

    number, kind = keras.Input((numbers,)), keras.Input((kinds,), dtype="int32")
    encoded = [layers.Dense(units, name=f"number_{i}")(Column(i)(number)) for i in range(numbers)]
    for i, size in enumerate((7, 5)):
        encoded.append(layers.Flatten()(layers.Embedding(size, units, name=f"kind_{i}")(Column(i)(kind % size))))
    weights = GatedResidualNetwork(units, name="select")(layers.Concatenate(name="all")(encoded))
    weights = layers.Dense(numbers + kinds, activation="softmax", name="weights")(weights)
    variables = [GatedResidualNetwork(units, name=f"variable_{i}")(x) for i, x in enumerate(encoded)]
    stacked = ops.stack(variables, axis=1)
    x = ops.squeeze(ops.matmul(ops.expand_dims(weights, 1), stacked), axis=1)
    model = keras.Model([number, kind], layers.Dense(1, name="income")(x))
    return model, keras.optimizers.Adam(0.002, epsilon=1e-8), keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class GRN(nn.Module):
        def __init__(self, d_in, d):
            super().__init__()
            self.skip = nn.Linear(d_in, d) if d_in != d else nn.Identity()
            self.fc1 = nn.Linear(d_in, d)
            self.fc2 = nn.Linear(d, d)
            self.drop = nn.Dropout(0.1)
            self.glu = nn.Linear(d, 2 * d)
            self.norm = nn.LayerNorm(d)

        def forward(self, x):
            h = self.drop(self.fc2(F.elu(self.fc1(x))))
            return self.norm(self.skip(x) + F.glu(self.glu(h), dim=-1))

    class CensusNet(nn.Module):
        def __init__(self, n_num=3, cardinalities=(7, 5), d=10):
            super().__init__()
            n = n_num + len(cardinalities)
            self.cardinalities = cardinalities
            self.num = nn.ModuleList([nn.Linear(1, d) for _ in range(n_num)])
            self.cat = nn.ModuleList([nn.Embedding(c, d) for c in cardinalities])
            self.grns = nn.ModuleList([GRN(d, d) for _ in range(n)])
            self.selector = nn.Sequential(GRN(n * d, d), nn.Linear(d, n), nn.Softmax(dim=-1))
            self.head = nn.Linear(d, 1)

        def forward(self, x_num, x_cat):
            xs = [layer(x) for layer, x in zip(self.num, x_num.split(1, dim=1), strict=True)]
            for i, (table, size) in enumerate(zip(self.cat, self.cardinalities, strict=True)):
                xs.append(table(x_cat[:, i] % size))
            w = self.selector(torch.cat(xs, dim=-1)).unsqueeze(-1)
            v = torch.stack([grn(x) for grn, x in zip(self.grns, xs, strict=True)], dim=1)
            return self.head((w * v).sum(dim=1))

    model = CensusNet()
    return model, torch.optim.Adam(model.parameters(), lr=0.002), nn.BCEWithLogitsLoss()
