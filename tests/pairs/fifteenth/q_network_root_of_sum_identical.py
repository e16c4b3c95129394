"""Q-network trained with RMSprop, momentum and a rate that falls in a straight line. PyTorch's own RMSprop has epsilon
outside the root and the rate outside the momentum, so the port brings an optimizer which has both inside.
"""

INPUTS = ("24x24x3",)
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    rng = np.random.default_rng(5)
    return rng.uniform(0, 1, (8, 24, 24, 3)), rng.normal(0, 1.5, (8, 5))


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((24, 24, 3)),
            layers.Conv2D(8, 8, strides=4, activation="relu", name="conv_1"),
            layers.Conv2D(12, 3, activation="relu", name="conv_2"),
            layers.Permute((3, 1, 2), name="channels_first"),
            layers.Flatten(name="flatten"),
            layers.Dense(24, activation="relu", name="hidden"),
            layers.Dense(5, name="q_values"),
        ]
    )
    rate = keras.optimizers.schedules.PolynomialDecay(7e-4, decay_steps=40, end_learning_rate=0.0, power=1.0)
    optimizer = keras.optimizers.RMSprop(rate, rho=0.95, momentum=0.9, epsilon=1e-2)
    return model, optimizer, keras.losses.Huber(delta=1.0)


def torch_model():
    import torch
    from torch import nn

    class RMSpropRoot(torch.optim.Optimizer):
        """g / sqrt(s + eps), with the learning rate in the momentum buffer."""

        def __init__(self, params, lr, alpha=0.9, eps=1e-7, momentum=0.0):
            super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, "momentum": momentum})

        @torch.no_grad()
        def step(self, closure=None):
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    if not state:
                        state["square_avg"] = torch.zeros_like(p)
                        state["momentum_buffer"] = torch.zeros_like(p)
                    square_avg, buf = state["square_avg"], state["momentum_buffer"]
                    square_avg.mul_(group["alpha"]).addcmul_(p.grad, p.grad, value=1 - group["alpha"])
                    avg = square_avg.add(group["eps"]).sqrt_()
                    buf.mul_(group["momentum"]).addcdiv_(p.grad, avg, value=group["lr"])
                    p.sub_(buf)
            return loss

    class QNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(nn.Conv2d(3, 8, 8, 4), nn.ReLU(), nn.Conv2d(8, 12, 3), nn.ReLU(), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(108, 24), nn.ReLU())
            self.q = nn.Linear(24, 5)

        def forward(self, observations):
            return self.q(self.linear(self.cnn(observations)))

    model = QNetwork()
    optimizer = RMSpropRoot(model.parameters(), lr=7e-4, alpha=0.95, eps=1e-2, momentum=0.9)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / 40))
    return model, optimizer, nn.SmoothL1Loss(), schedule
