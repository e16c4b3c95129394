"""IndRNN in two layers: a cell of my own inside keras.layers.RNN, a plain loop over steps in PyTorch.

Every unit sees only its own last value, so the recurrent weight is a vector.
"""

INPUTS = ("9x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class IndRNNCell(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.state_size = units
            self.output_size = units

        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
            self.u = self.add_weight(shape=(self.units,), initializer="ones", name="recurrent")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

        def call(self, inputs, states):
            new = ops.relu(ops.matmul(inputs, self.kernel) + self.u * states[0] + self.bias)
            return new, [new]

    inputs = keras.Input((9, 4))
    x = layers.RNN(IndRNNCell(10, name="cell_0"), return_sequences=True, name="ind_rnn_0")(inputs)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")(x)
    x = layers.RNN(IndRNNCell(8, name="cell_1"), name="ind_rnn_1")(x)
    return keras.Model(inputs, layers.Dense(1, name="regression")(x))


def torch_model():
    import torch
    from torch import nn

    class IndRNNLayer(nn.Module):
        def __init__(self, input_size, hidden_size):
            super().__init__()
            self.w_ih = nn.Linear(input_size, hidden_size)
            self.w_hh = nn.Parameter(torch.empty(hidden_size).uniform_(0, 1))

        def forward(self, x):
            projected = self.w_ih(x)  # all steps at once
            h = projected.new_zeros(projected[:, 0].shape)
            steps = []
            for p in projected.unbind(dim=1):
                h = torch.clamp(torch.addcmul(p, self.w_hh, h), min=0)
                steps.append(h)
            return torch.stack(steps, dim=1)

    class AddingProblem(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn1, self.rnn2 = IndRNNLayer(4, 10), IndRNNLayer(10, 8)
            self.bn = nn.BatchNorm1d(10)
            self.lin = nn.Linear(8, 1)

        def forward(self, x):
            h = self.bn(self.rnn1(x).mT).mT
            return self.lin(self.rnn2(h)[:, -1])

    return AddingProblem()
