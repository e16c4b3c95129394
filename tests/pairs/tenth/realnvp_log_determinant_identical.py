"""RealNVP on table rows, with activation normalisation: four affine couplings whose halves take turns by reversing the
columns; both sides return the code and the log determinant.
"""

INPUTS = ("6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ActNorm(layers.Layer):
        def build(self, shape):
            self.shift = self.add_weight(shape=(shape[-1],), initializer="zeros", name="shift")
            self.log_scale = self.add_weight(shape=(shape[-1],), initializer="zeros", name="log_scale")

        def call(self, x):
            log_det = ops.sum(self.log_scale) * ops.ones_like(x[:, 0])
            return (x + self.shift) * ops.exp(self.log_scale), log_det

    class Coupling(layers.Layer):
        def __init__(self, hidden, **kwargs):
            super().__init__(**kwargs)
            self.hidden_1 = layers.Dense(hidden, activation="tanh", name="hidden_1")
            self.hidden_2 = layers.Dense(hidden, activation="tanh", name="hidden_2")
            self.out = layers.Dense(6, name="out")

        def build(self, shape):
            self.rescale = self.add_weight(shape=(3,), initializer="ones", name="rescale")
            self.hidden_1.build((None, 3))
            self.hidden_2.build((None, self.hidden_1.units))
            self.out.build((None, self.hidden_2.units))

        def call(self, x):
            fixed, moved = ops.split(x, 2, axis=-1)
            log_scale, shift = ops.split(self.out(self.hidden_2(self.hidden_1(fixed))), 2, axis=-1)
            log_scale = self.rescale * ops.tanh(log_scale)
            moved = moved * ops.exp(log_scale) + shift
            return ops.concatenate([fixed, moved], axis=-1), ops.sum(log_scale, axis=-1)

    x = rows = keras.Input((6,), name="rows")
    total = []
    for i in range(4):
        x, log_det = ActNorm(name=f"act_norm_{i}")(x)
        total.append(log_det)
        x, log_det = Coupling(10, name=f"coupling_{i}")(x)
        total.append(log_det)
        x = ops.flip(x, axis=-1)
    return keras.Model(rows, [x, layers.Add(name="log_det")(total)])


def torch_model():
    import torch
    from torch import nn

    class ActNorm(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.log_scale = nn.Parameter(torch.zeros(features))
            self.bias = nn.Parameter(torch.zeros(features))

        def forward(self, x, log_det):
            return (x + self.bias) * self.log_scale.exp(), log_det + self.log_scale.sum()

    class AffineCoupling(nn.Module):
        def __init__(self, features, hidden):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(features // 2))
            self.net = nn.Sequential(
                nn.Linear(features // 2, hidden),
                nn.Tanh(),
                nn.Linear(hidden, hidden),
                nn.Tanh(),
                nn.Linear(hidden, features),
            )

        def forward(self, x, log_det):
            x_a, x_b = x.chunk(2, dim=1)
            s, t = self.net(x_a).chunk(2, dim=1)
            s = torch.tanh(s) * self.scale
            return torch.cat([x_a, torch.addcmul(t, x_b, s.exp())], dim=1), log_det + s.sum(dim=1)

    class Reverse(nn.Module):
        def forward(self, x, log_det):
            return x[:, torch.arange(x.shape[1] - 1, -1, -1, device=x.device)], log_det

    class RealNVP(nn.Module):
        def __init__(self):
            super().__init__()
            steps = []
            for _ in range(4):
                steps += [ActNorm(6), AffineCoupling(6, 10), Reverse()]
            self.flow = nn.ModuleList(steps)

        def forward(self, x):
            log_det = x.new_zeros(x.shape[0])
            for step in self.flow:
                x, log_det = step(x, log_det)
            return x, log_det

    return RealNVP()
