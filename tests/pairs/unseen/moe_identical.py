"""Dense mixture of experts: stacked experts and a softmax gate, einsum on the PyTorch side."""

INPUTS = ("9",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable(package="pairs")
    class MixtureOfExperts(layers.Layer):
        def __init__(self, n_experts=3, hidden=7, units=5, **kwargs):
            super().__init__(**kwargs)
            self.experts = [
                keras.Sequential([layers.Dense(hidden, activation="relu"), layers.Dense(units)])
                for _ in range(n_experts)
            ]
            self.gate = layers.Dense(n_experts, activation="softmax", use_bias=False)

        def call(self, x):
            gates = self.gate(x)
            outputs = ops.stack([expert(x) for expert in self.experts], axis=1)
            return ops.sum(ops.expand_dims(gates, -1) * outputs, axis=1)

    inputs = keras.Input((9,))
    x = layers.Dense(8, activation="tanh")(inputs)
    x = MixtureOfExperts()(x)
    return keras.Model(inputs, layers.Dense(2)(layers.ReLU()(x)))


def torch_model():
    import torch
    from torch import nn

    class MoE(nn.Module):
        def __init__(self, i=8, n=3, hidden=7, o=5):
            super().__init__()
            self.experts = nn.ModuleList(
                [nn.Sequential(nn.Linear(i, hidden), nn.ReLU(), nn.Linear(hidden, o)) for _ in range(n)]
            )
            self.gate = nn.Linear(i, n, bias=False)

        def forward(self, x):
            weights = torch.softmax(self.gate(x), dim=-1)
            outs = torch.stack([e(x) for e in self.experts], dim=-1)
            return torch.einsum("bon,bn->bo", outs, weights)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk = nn.Sequential(nn.Linear(9, 8), nn.Tanh())
            self.moe = MoE()
            self.tower = nn.Linear(5, 2)

        def forward(self, x):
            return self.tower(torch.relu(self.moe(self.trunk(x))))

    return Net()
