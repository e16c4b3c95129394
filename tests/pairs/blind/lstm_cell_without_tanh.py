"""Hand-written peephole-free LSTM cell in a loop; PyTorch forgets the tanh around the cell state."""

INPUTS = ("6x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["*cell*", "*encoder*", "*readout*"],
            "torch": ["cell*", "readout*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class BasicLSTMCell(layers.Layer):
        """One kernel over [x; h], gates i, j, f, o as in TensorFlow 1."""

        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1] + self.units, 4 * self.units), name="kernel")
            self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="bias")

        def call(self, x, h, c):
            gates = ops.matmul(ops.concatenate([x, h], axis=1), self.kernel) + self.bias
            i, j, f, o = ops.split(gates, 4, axis=1)
            c = c * ops.sigmoid(f) + ops.sigmoid(i) * ops.tanh(j)
            return ops.tanh(c) * ops.sigmoid(o), c

    class Encoder(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.cell = BasicLSTMCell(units, name="cell")

        def build(self, shape):
            self.cell.build((shape[0], shape[-1]))
            self.built = True

        def call(self, x):
            h = c = ops.zeros((ops.shape(x)[0], self.units), dtype=x.dtype)
            for t in range(x.shape[1]):
                h, c = self.cell(x[:, t], h, c)
            return h

    inputs = keras.Input((6, 5))
    x = Encoder(7, name="encoder")(inputs)
    return keras.Model(inputs, layers.Dense(2, name="readout")(x))


def torch_model():
    import torch
    from torch import nn

    class LSTMCell(nn.Module):
        def __init__(self, n_in, n_hidden):
            super().__init__()
            self.linear = nn.Linear(n_in + n_hidden, 4 * n_hidden)

        def forward(self, x, state):
            h, c = state
            i, j, f, o = self.linear(torch.cat([x, h], dim=1)).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(j)
            h = torch.sigmoid(o) * c
            return h, c

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = LSTMCell(5, 7)
            self.readout = nn.Linear(7, 2)

        def forward(self, x):
            state = (x.new_zeros(x.size(0), 7), x.new_zeros(x.size(0), 7))
            for frame in x.unbind(1):
                state = self.cell(frame, state)
            return self.readout(state[0])

    return Model()
