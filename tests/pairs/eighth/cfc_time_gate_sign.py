"""Closed-form continuous-time cell for irregular series: values and the time that has passed go in. The gate between
the two candidate states is sigmoid(-a t + b) in the paper's code and sigmoid(a t + b) in the package I ported.
"""

INPUTS = ("7x3", "7")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other"],
            "keras": ["cfc", "cfc/time_a", "*time_a*", "*time_b*"],
            "torch": ["cell", "cell.*", "sigmoid*", "mul*", "neg*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class CfC(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.backbone = layers.Dense(14, activation="tanh", name="backbone")
            self.ff1 = layers.Dense(units, activation="tanh", name="ff1")
            self.ff2 = layers.Dense(units, activation="tanh", name="ff2")
            self.time_a = layers.Dense(units, name="time_a")
            self.time_b = layers.Dense(units, name="time_b")

        def call(self, values, elapsed):
            h = ops.zeros_like(values[:, 0, :1]) * ops.ones((1, self.units), dtype=values.dtype)
            for step in range(values.shape[1]):
                x = self.backbone(ops.concatenate([values[:, step], h], axis=-1))
                t = elapsed[:, step, None]
                gate = ops.sigmoid(-self.time_a(x) * t + self.time_b(x))
                h = self.ff1(x) * (1 - gate) + gate * self.ff2(x)
            return h

    values = keras.Input((7, 3), name="a_values")
    elapsed = keras.Input((7,), name="b_elapsed")
    h = CfC(9, name="cfc")(values, elapsed)
    return keras.Model([values, elapsed], layers.Dense(2, name="readout")(h))


def torch_model():
    import torch
    from torch import nn

    class CfCCell(nn.Module):
        def __init__(self, input_size, hidden_size, backbone_units=14):
            super().__init__()
            self.hidden_size = hidden_size
            self.backbone = nn.Sequential(nn.Linear(input_size + hidden_size, backbone_units), nn.Tanh())
            self.tanh, self.sigmoid = nn.Tanh(), nn.Sigmoid()
            self.ff1 = nn.Linear(backbone_units, hidden_size)
            self.ff2 = nn.Linear(backbone_units, hidden_size)
            self.time_a = nn.Linear(backbone_units, hidden_size)
            self.time_b = nn.Linear(backbone_units, hidden_size)

        def forward(self, input, hx, ts):
            x = self.backbone(torch.cat([input, hx], 1))
            ff1, ff2 = self.tanh(self.ff1(x)), self.tanh(self.ff2(x))
            t_interp = self.sigmoid(self.time_a(x) * ts + self.time_b(x))
            return ff1 * (1.0 - t_interp) + t_interp * ff2

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = CfCCell(3, 9)
            self.fc = nn.Linear(9, 2)

        def forward(self, x, timespans):
            h = x.new_zeros(len(x), self.cell.hidden_size)
            for t in range(x.size(1)):
                h = self.cell(x[:, t], h, timespans[:, t].unsqueeze(1))
            return self.fc(h)

    return Model()
