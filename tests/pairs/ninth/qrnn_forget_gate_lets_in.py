"""Quasi-recurrent network for reviews: a causal convolution of width two makes candidate, forget and output gate, and
the pooling runs along time. The paper writes c = f c + (1 - f) z, the well-known PyTorch package the opposite.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gru-update-sign", "wiring-other"],
            "keras": ["qrnn", "qrnn/*", "read_out"],
            "torch": ["qrnn", "qrnn.*", "mul*", "add*", "sub*", "rsub*", "getitem*", "stack*", "max*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class QRNN(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.gates = layers.Conv1D(3 * units, 2, padding="causal", name="gates")

        def call(self, x):
            z, f, o = ops.split(self.gates(x), 3, axis=-1)
            z, f, o = ops.tanh(z), ops.sigmoid(f), ops.sigmoid(o)
            c = ops.zeros_like(z[:, 0])
            steps = []
            for t in range(x.shape[1]):
                c = f[:, t] * c + (1 - f[:, t]) * z[:, t]
                steps.append(o[:, t] * c)
            return ops.stack(steps, axis=1)

    words = keras.Input((10,), dtype="int32")
    x = layers.Embedding(50, 9, name="words")(words)
    x = QRNN(8, name="qrnn")(x)
    x = layers.GlobalMaxPooling1D(name="read_out")(x)
    return keras.Model(words, layers.Dense(2, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ForgetMult(nn.Module):
        def forward(self, f, x, hidden_init=None):
            result, prev_h = [], hidden_init
            for forget, h in zip(f.unbind(1), (f * x).unbind(1), strict=True):
                if prev_h is not None:
                    h = h + (1 - forget) * prev_h
                result.append(h)
                prev_h = h
            return torch.stack(result, dim=1)

    class QRNNLayer(nn.Module):
        def __init__(self, input_size, hidden_size):
            super().__init__()
            self.conv = nn.Conv1d(input_size, 3 * hidden_size, 2)
            self.pool = ForgetMult()

        def forward(self, X):
            Y = self.conv(F.pad(X.transpose(1, 2), (1, 0))).transpose(1, 2)
            Z, f, o = Y.chunk(3, dim=2)
            return torch.sigmoid(o) * self.pool(torch.sigmoid(f), torch.tanh(Z))

    class Reviews(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(50, 9)
            self.qrnn = QRNNLayer(9, 8)
            self.linear = nn.Linear(8, 2)

        def forward(self, x):
            return self.linear(self.qrnn(self.embedding(x)).max(dim=1).values)

    return Reviews()
