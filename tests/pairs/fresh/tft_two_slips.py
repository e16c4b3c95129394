"""Gated residual and variable selection networks after the Keras example: ReLU for ELU, and epsilon as each has it."""

INPUTS = ("3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["*elu*", "*grn*", "*selection*"],
            "torch": ["*lin_a", "relu*", "*grn*", "*weights*", ""],
        },
        {"rules": ["norm-epsilon"], "keras": ["*layer_norm*"], "torch": ["*norm"]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GatedLinearUnit(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.linear = layers.Dense(units, name="linear")
            self.sigmoid = layers.Dense(units, activation="sigmoid", name="sigmoid")

        def call(self, inputs):
            return self.linear(inputs) * self.sigmoid(inputs)

    class GatedResidualNetwork(layers.Layer):
        def __init__(self, units, dropout_rate=0.1, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.elu_dense = layers.Dense(units, activation="elu", name="elu_dense")
            self.linear_dense = layers.Dense(units, name="linear_dense")
            self.dropout = layers.Dropout(dropout_rate)
            self.gated_linear_unit = GatedLinearUnit(units, name="glu")
            self.layer_norm = layers.LayerNormalization(name="layer_norm")
            self.project = layers.Dense(units, name="project")

        def call(self, inputs):
            x = self.dropout(self.linear_dense(self.elu_dense(inputs)))
            if inputs.shape[-1] != self.units:
                inputs = self.project(inputs)
            return self.layer_norm(inputs + self.gated_linear_unit(x))

    class VariableSelection(layers.Layer):
        def __init__(self, num_features, units, **kwargs):
            super().__init__(**kwargs)
            self.grns = [GatedResidualNetwork(units, name=f"grn_{i}") for i in range(num_features)]
            self.grn_concat = GatedResidualNetwork(units, name="grn_concat")
            self.softmax = layers.Dense(num_features, activation="softmax", name="softmax")

        def call(self, inputs):
            v = self.softmax(self.grn_concat(ops.concatenate(inputs, axis=-1)))[..., None]
            x = ops.stack([grn(each) for grn, each in zip(self.grns, inputs, strict=True)], axis=1)
            return ops.squeeze(ops.matmul(ops.transpose(v, (0, 2, 1)), x), axis=1)

    numbers = keras.Input((3,), name="numbers")
    encoded = [layers.Dense(8, name=f"encode_{i}")(numbers[:, i : i + 1]) for i in range(3)]
    x = VariableSelection(3, 8, name="selection")(encoded)
    return keras.Model(numbers, layers.Dense(1, activation="sigmoid", name="income")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class GLU(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.value, self.gate = nn.Linear(d, d), nn.Linear(d, d)

        def forward(self, x):
            return F.glu(torch.cat([self.value(x), self.gate(x)], dim=-1))

    class GRN(nn.Module):
        def __init__(self, input_size, d, dropout=0.1):
            super().__init__()
            self.lin_a, self.lin_i = nn.Linear(input_size, d), nn.Linear(d, d)
            self.dropout, self.glu, self.norm = nn.Dropout(dropout), GLU(d), nn.LayerNorm(d)
            self.out_proj = nn.Linear(input_size, d) if input_size != d else nn.Identity()

        def forward(self, a):
            x = self.dropout(self.lin_i(F.relu(self.lin_a(a))))
            return self.norm(self.glu(x) + self.out_proj(a))

    class VariableSelectionNetwork(nn.Module):
        def __init__(self, num_vars=3, d=8):
            super().__init__()
            self.embeddings = nn.ModuleList(nn.Linear(1, d) for _ in range(num_vars))
            self.joint_grn = GRN(num_vars * d, d)
            self.joint_weights = nn.Linear(d, num_vars)
            self.var_grns = nn.ModuleList(GRN(d, d) for _ in range(num_vars))
            self.head = nn.Linear(d, 1)

        def forward(self, x):
            embedded = [m(column) for m, column in zip(self.embeddings, x.split(1, dim=-1), strict=True)]
            weights = self.joint_weights(self.joint_grn(torch.cat(embedded, dim=-1))).softmax(-1)
            each = torch.stack([m(e) for m, e in zip(self.var_grns, embedded, strict=True)], dim=-1)
            return torch.sigmoid(self.head((each * weights.unsqueeze(1)).sum(-1)))

    return VariableSelectionNetwork()
