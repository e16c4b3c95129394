"""Deep sets with equivariant layers (Gamma of each, Lambda of the maximum), counts as target: Poisson loss,
polynomial decay of the rate to zero. The batch norm is d2l's from-scratch class in PyTorch (biased variance kept,
as Keras does it).
"""

INPUTS = ("9x4",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Equivariant(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, shape):
            self.of_set = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_uniform", name="of_set")
            self.of_each = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_uniform", name="of_each")
            self.offset = self.add_weight(shape=(self.units,), initializer="zeros", name="offset")

        def call(self, x):
            whole = keras.ops.max(x, axis=1, keepdims=True)
            return x @ self.of_each + self.offset - whole @ self.of_set

    model = keras.Sequential([keras.Input((9, 4))])
    for i in range(3):
        model.add(Equivariant(10, name=f"phi_{i}"))
        model.add(layers.BatchNormalization(momentum=0.875, epsilon=1e-4, name=f"norm_{i}"))
        model.add(layers.Activation("tanh"))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(8, activation="tanh", name="rho"))
    model.add(layers.Dense(2, activation="exponential", name="counts"))
    rate = keras.optimizers.schedules.PolynomialDecay(0.125, decay_steps=16, end_learning_rate=0.0, power=2.0)
    return model, keras.optimizers.SGD(rate), keras.losses.Poisson()


def torch_model():
    import torch
    from torch import nn

    def batch_norm(x, gamma, beta, moving_mean, moving_var, eps, momentum, training):
        if not training:
            x_hat = (x - moving_mean) / torch.sqrt(moving_var + eps)
        else:
            mean = x.mean(dim=(0, 1), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 1), keepdim=True)
            x_hat = (x - mean) / torch.sqrt(var + eps)
            moving_mean = momentum * moving_mean + (1.0 - momentum) * mean.detach()
            moving_var = momentum * moving_var + (1.0 - momentum) * var.detach()
        return gamma * x_hat + beta, moving_mean, moving_var

    class BatchNorm(nn.Module):
        def __init__(self, num_features):
            super().__init__()
            shape = (1, 1, num_features)
            self.gamma = nn.Parameter(torch.ones(shape))
            self.beta = nn.Parameter(torch.zeros(shape))
            self.register_buffer("moving_mean", torch.zeros(shape))
            self.register_buffer("moving_var", torch.ones(shape))

        def forward(self, x):
            y, self.moving_mean, self.moving_var = batch_norm(
                x, self.gamma, self.beta, self.moving_mean, self.moving_var, 1e-4, 0.875, self.training
            )
            return y

    class PermEqui2Max(nn.Module):
        def __init__(self, in_dim, out_dim):
            super().__init__()
            self.Gamma = nn.Linear(in_dim, out_dim)
            self.Lambda = nn.Linear(in_dim, out_dim, bias=False)

        def forward(self, x):
            xm, _ = x.max(1, keepdim=True)
            return self.Gamma(x) - self.Lambda(xm)

    class DTanh(nn.Module):
        def __init__(self, d_dim=10, x_dim=4):
            super().__init__()
            stages = []
            for i in range(3):
                stages += [PermEqui2Max(d_dim if i else x_dim, d_dim), BatchNorm(d_dim), nn.Tanh()]
            self.phi = nn.Sequential(*stages)
            self.ro = nn.Sequential(nn.Linear(d_dim, 8), nn.Tanh(), nn.Linear(8, 2))

        def forward(self, x):
            return self.ro(self.phi(x).mean(1)).exp()

    model = DTanh()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125)
    scheduler = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=16, power=2.0)
    return model, optimizer, nn.PoissonNLLLoss(log_input=False, eps=1e-7), scheduler


def training_data():
    import numpy as np

    rng = np.random.default_rng(19)
    sets = rng.normal(size=(24, 9, 4)).astype("float32")
    return sets, rng.poisson(2.0, size=(24, 2)).astype("float32")
