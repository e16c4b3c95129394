"""Legendre memory unit for pixel-by-pixel digits: a cell for keras.layers.RNN and a loop over unbind(1) in PyTorch. The
state-space matrices are constants.
"""

INPUTS = ("12x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class LMUCell(layers.Layer):
        def __init__(self, units, order, theta, **kwargs):
            super().__init__(**kwargs)
            self.units, self.order = units, order
            self.state_size = [units, order]
            q = np.arange(order)
            r = (2 * q + 1)[:, None] / theta
            j, i = np.meshgrid(q, q)
            self.A = (np.where(i < j, -1, (-1.0) ** (i - j + 1)) * r + np.eye(order)).astype("float32")
            self.B = ((-1.0) ** q[:, None] * r).astype("float32")

        def build(self, shape):
            add = lambda name, *s: self.add_weight(shape=s, initializer="glorot_uniform", name=name)  # noqa: E731
            self.input_encoders = add("input_encoders", shape[-1], 1)
            self.hidden_encoders = add("hidden_encoders", self.units, 1)
            self.memory_encoders = add("memory_encoders", self.order, 1)
            self.input_kernel = add("input_kernel", shape[-1], self.units)
            self.hidden_kernel = add("hidden_kernel", self.units, self.units)
            self.memory_kernel = add("memory_kernel", self.order, self.units)

        def call(self, x, states, training=False):
            h, m = states
            u = x @ self.input_encoders + h @ self.hidden_encoders + m @ self.memory_encoders
            A, B = ops.cast(self.A, self.compute_dtype), ops.cast(self.B, self.compute_dtype)
            m = m @ ops.transpose(A) + u @ ops.transpose(B)
            h = ops.tanh(x @ self.input_kernel + h @ self.hidden_kernel + m @ self.memory_kernel)
            return h, [h, m]

    model = keras.Sequential([layers.Input((12, 2))])
    model.add(layers.RNN(LMUCell(10, 6, 12.0, name="cell"), name="lmu"))
    model.add(layers.Dense(4, name="digit"))
    return model


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    class LMUCell(nn.Module):
        def __init__(self, input_size, hidden_size, memory_size, theta):
            super().__init__()
            self.hidden_size, self.memory_size = hidden_size, memory_size
            self.e_x = nn.Linear(input_size, 1, bias=False)
            self.e_h = nn.Linear(hidden_size, 1, bias=False)
            self.e_m = nn.Linear(memory_size, 1, bias=False)
            self.W_x = nn.Linear(input_size, hidden_size, bias=False)
            self.W_h = nn.Linear(hidden_size, hidden_size, bias=False)
            self.W_m = nn.Linear(memory_size, hidden_size, bias=False)
            A, B = np.empty((memory_size, memory_size)), np.empty((memory_size, 1))
            for i in range(memory_size):
                B[i] = (2 * i + 1) * (-1) ** i / theta
                for j in range(memory_size):
                    A[i, j] = (2 * i + 1) / theta * (-1 if i < j else (-1) ** (i - j + 1)) + (i == j)
            self.register_buffer("A", torch.FloatTensor(A))
            self.register_buffer("B", torch.FloatTensor(B))

        def forward(self, x, state):
            h, m = state
            u = self.e_x(x) + self.e_h(h) + self.e_m(m)
            m = nn.functional.linear(m, self.A) + nn.functional.linear(u, self.B)
            return torch.tanh(self.W_x(x) + self.W_h(h) + self.W_m(m)), m

    class LMUModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = LMUCell(2, 10, 6, 12.0)
            self.classifier = nn.Linear(10, 4)

        def forward(self, x):
            state = x.new_zeros(x.size(0), 10), x.new_zeros(x.size(0), 6)
            for x_t in x.unbind(1):
                state = self.cell(x_t, state)
            return self.classifier(state[0])

    return LMUModel()
