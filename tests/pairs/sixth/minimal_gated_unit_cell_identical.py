"""Minimal gated unit (one gate for forgetting and resetting). Keras: a cell for layers.RNN with one fused kernel for
forget gate and candidate; PyTorch: two Linear over the concatenation [h, x], a loop, the last state. Both directions.
"""

INPUTS = ("10x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class MGUCell(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = self.state_size = self.output_size = units

        def build(self, shape):
            self.w = self.add_weight(shape=(shape[-1], 2 * self.units), initializer="glorot_uniform", name="w")
            self.u = self.add_weight(shape=(self.units, 2 * self.units), initializer="orthogonal", name="u")
            self.b = self.add_weight(shape=(2 * self.units,), initializer="zeros", name="b")

        def call(self, x, states):
            (h,) = states
            xf, xc = ops.split(ops.matmul(x, self.w) + self.b, 2, axis=-1)
            uf, uc = ops.split(self.u, 2, axis=-1)
            f = ops.sigmoid(xf + ops.matmul(h, uf))
            c = ops.tanh(xc + ops.matmul(f * h, uc))
            h = h + f * (c - h)
            return h, [h]

    series = keras.Input((10, 4), name="series")
    there = layers.RNN(MGUCell(8, name="cell_there"), name="there")(series)
    back = layers.RNN(MGUCell(8, name="cell_back"), go_backwards=True, name="back")(series)
    return keras.Model(series, layers.Dense(3, name="label")(layers.Concatenate()([there, back])))


def torch_model():
    import torch
    from torch import nn

    class MGU(nn.Module):
        def __init__(self, input_size, hidden_size):
            super().__init__()
            self.hidden_size = hidden_size
            self.candidate = nn.Linear(hidden_size + input_size, hidden_size)
            self.forget = nn.Linear(hidden_size + input_size, hidden_size)

        def forward(self, x):
            hx = torch.zeros(x.shape[0], self.hidden_size, dtype=x.dtype, device=x.device)
            for t in range(x.shape[1]):
                f = self.forget(torch.cat([hx, x[:, t]], 1)).sigmoid()
                n = self.candidate(torch.cat([f * hx, x[:, t]], 1)).tanh()
                hx = (1 - f) * hx + f * n
            return hx

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.rev = MGU(4, 8)
            self.fwd = MGU(4, 8)
            self.out = nn.Linear(16, 3)

        def forward(self, x):
            return self.out(torch.hstack((self.fwd(x), self.rev(x.flip(1)))))

    return Classifier()
