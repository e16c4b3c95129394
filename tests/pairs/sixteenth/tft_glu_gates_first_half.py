"""Temporal fusion transformer without its attention: gated residual networks behind an LSTM. F.glu takes the sigmoid of
the second half of the channels; the Keras port splits the same projection and gates with the first half.
"""

INPUTS = ("12x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order", "wiring-other"],
            "keras": ["*_glu", "*_glu/*"],
            "torch": ["*glu", "*.glu", "glu*", "*.fc", "post_lstm_gate", "grn.gate", "output_grn.gate"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class GLU(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.project = layers.Dense(2 * units, name="project")

        def call(self, x):
            gate, value = ops.split(self.project(x), 2, axis=-1)
            return ops.sigmoid(gate) * value

    def gate_add_norm(x, skip, name):
        x = layers.Add(name=f"{name}_add")([GLU(16, name=f"{name}_glu")(x), skip])
        return layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(x)

    def grn(x, name):
        y = layers.Dense(16, activation="elu", name=f"{name}_dense_1")(x)
        y = layers.Dense(16, name=f"{name}_dense_2")(y)
        return gate_add_norm(y, x, name)

    series = keras.Input((12, 5))
    x = layers.Dense(16, name="embed")(series)
    y = layers.LSTM(16, return_sequences=True, name="lstm")(x)
    x = gate_add_norm(y, x, "post_lstm")
    x = grn(x, "static")
    x = grn(x, "out")
    return keras.Model(series, layers.Dense(3, name="quantiles")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class GatedLinearUnit(nn.Module):
        def __init__(self, hidden_size):
            super().__init__()
            self.fc = nn.Linear(hidden_size, hidden_size * 2)

        def forward(self, x):
            return F.glu(self.fc(x), dim=-1)

    class GateAddNorm(nn.Module):
        def __init__(self, hidden_size):
            super().__init__()
            self.glu = GatedLinearUnit(hidden_size)
            self.norm = nn.LayerNorm(hidden_size)

        def forward(self, x, skip):
            return self.norm(self.glu(x) + skip)

    class GatedResidualNetwork(nn.Module):
        def __init__(self, hidden_size):
            super().__init__()
            self.fc1 = nn.Linear(hidden_size, hidden_size)
            self.elu = nn.ELU()
            self.fc2 = nn.Linear(hidden_size, hidden_size)
            self.gate = GateAddNorm(hidden_size)

        def forward(self, x):
            return self.gate(self.fc2(self.elu(self.fc1(x))), x)

    class TemporalFusion(nn.Module):
        def __init__(self, inputs=5, hidden_size=16, quantiles=3):
            super().__init__()
            self.prescaler = nn.Linear(inputs, hidden_size)
            self.lstm_encoder = nn.LSTM(hidden_size, hidden_size, batch_first=True)
            self.post_lstm_gate = GateAddNorm(hidden_size)
            self.grn = GatedResidualNetwork(hidden_size)
            self.output_grn = GatedResidualNetwork(hidden_size)
            self.output_layer = nn.Linear(hidden_size, quantiles)

        def forward(self, x):
            x = self.prescaler(x)
            encoded, _ = self.lstm_encoder(x)
            x = self.post_lstm_gate(encoded, x)
            return self.output_layer(self.output_grn(self.grn(x)))

    return TemporalFusion()
