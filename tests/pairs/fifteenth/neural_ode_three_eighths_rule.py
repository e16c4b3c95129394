"""Neural ODE with a fixed number of Runge-Kutta steps of order four: the Keras port has the classical tableau, the
PyTorch package that was used calls its 3/8 rule rk4.
"""

INPUTS = ("6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "scale-other", "join-other"],
            "keras": ["ode", "ode/*"],
            "torch": ["func", "func.*", "ode", "ode.*", "add*", "mul*", "div*", "sub*", "cat*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Dynamics(layers.Layer):
        def __init__(self, width, hidden, **kwargs):
            super().__init__(**kwargs)
            self.inner = layers.Dense(hidden, activation="tanh", name="inner")
            self.outer = layers.Dense(width, name="outer")

        def call(self, y, t=0.0):
            clock = t + ops.zeros_like(y[:, :1])
            return self.outer(self.inner(ops.concatenate([y, clock], axis=-1)))

    class ODEBlock(layers.Layer):
        def __init__(self, width, hidden, end=2.0, steps=2, **kwargs):
            super().__init__(**kwargs)
            self.f = Dynamics(width, hidden, name="dynamics")
            self.end, self.steps = end, steps

        def call(self, y):
            h = self.end / self.steps
            for n in range(self.steps):
                t = n * h
                k1 = self.f(y, t=t)
                k2 = self.f(y + h / 2 * k1, t=t + h / 2)
                k3 = self.f(y + h / 2 * k2, t=t + h / 2)
                k4 = self.f(y + h * k3, t=t + h)
                y = y + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
            return y

    inputs = keras.Input((6,))
    x = layers.Dense(10, activation="relu", name="encode")(inputs)
    x = ODEBlock(10, 20, name="ode")(x)
    return keras.Model(inputs, layers.Dense(3, name="decode")(x))


def torch_model():
    import torch
    from torch import nn

    class ODEFunc(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(dim + 1, hidden), nn.Tanh(), nn.Linear(hidden, dim))

        def forward(self, t, y):
            tt = torch.ones_like(y[:, :1]) * t
            return self.net(torch.cat([y, tt], dim=1))

    def rk4_step(func, t, dt, y):
        k1 = func(t, y)
        k2 = func(t + dt / 3, y + dt * k1 / 3)
        k3 = func(t + dt * 2 / 3, y + dt * (k2 - k1 / 3))
        k4 = func(t + dt, y + dt * (k1 - k2 + k3))
        return y + (k1 + 3 * (k2 + k3) + k4) * dt * 0.125

    class NeuralODE(nn.Module):
        def __init__(self):
            super().__init__()
            self.func = ODEFunc(10, 20)
            self.encoder = nn.Sequential(nn.Linear(6, 10), nn.ReLU())
            self.decoder = nn.Linear(10, 3)

        def forward(self, x):
            y = self.encoder(x)
            grid = [0.0, 1.0, 2.0]
            for t0, t1 in zip(grid[:-1], grid[1:]):
                y = rk4_step(self.func, t0, t1 - t0, y)
            return self.decoder(y)

    return NeuralODE()
