"""Neural ODE classifier. My Keras layer has the Runge-Kutta steps of the textbook; the PyTorch side imitates
odeint(method="rk4") of torchdiffeq, which is the 3/8 rule. Both are of fourth order, so the first epochs look equal.
"""

INPUTS = ("6",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["wiring-other", "scale-other"], "keras": ["ode*", "field*", "*"], "torch": ["ode*", "*"]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ODEBlock(layers.Layer):
        def __init__(self, width, hidden, steps=2, **kwargs):
            super().__init__(**kwargs)
            self.steps = steps
            self.field1 = layers.Dense(hidden, activation="tanh", name="field1")
            self.field2 = layers.Dense(width, name="field2")

        def f(self, t, y):
            time = ops.full_like(y[:, :1], t)
            return self.field2(self.field1(ops.concatenate([y, time], axis=-1)))

        def call(self, y):
            h = 1.0 / self.steps
            for n in range(self.steps):
                t = n * h
                k1 = self.f(t, y)
                k2 = self.f(t + h / 2, y + h / 2 * k1)
                k3 = self.f(t + h / 2, y + h / 2 * k2)
                k4 = self.f(t + h, y + h * k3)
                y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            return y

    rows = keras.Input((6,))
    x = layers.Dense(8, activation="relu", name="lift")(rows)
    x = ODEBlock(8, 16, name="ode")(x)
    return keras.Model(rows, layers.Dense(3, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    class Field(nn.Module):
        def __init__(self, width, hidden):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(width + 1, hidden), nn.Tanh(), nn.Linear(hidden, width))

        def forward(self, t, y):
            return self.net(torch.cat([y, torch.full_like(y[:, :1], t)], 1))

    def rk4_step(f, t0, dt, y):
        k1 = f(t0, y)
        k2 = f(t0 + dt / 3, y + dt * k1 / 3)
        k3 = f(t0 + dt * 2 / 3, y + dt * (k2 - k1 / 3))
        k4 = f(t0 + dt, y + dt * (k1 - k2 + k3))
        return y + (k1 + 3 * (k2 + k3) + k4) * dt * 0.125

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.lift = nn.Sequential(nn.Linear(6, 8), nn.ReLU())
            self.ode = Field(8, 16)
            self.head = nn.Linear(8, 3)

        def forward(self, x):
            y, grid = self.lift(x), [0.0, 0.5, 1.0]
            for start, end in zip(grid[:-1], grid[1:], strict=True):
                y = rk4_step(self.ode, start, end - start, y)
            return self.head(y)

    return Classifier()
