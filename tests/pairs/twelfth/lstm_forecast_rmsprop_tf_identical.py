"""Load forecast by two LSTM layers with Huber loss; PyTorch has the RMSprop of TensorFlow written out, with epsilon in
the root and the rate in the momentum, and its second bias is frozen at zero.
"""

INPUTS = ["14x5"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    hours = keras.Input((14, 5), name="hours")
    x = layers.LSTM(18, return_sequences=True, name="lower")(hours)
    x = layers.LSTM(18, name="upper")(x)
    model = keras.Model(hours, layers.Dense(1, name="load")(x))
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, decay_steps=1, decay_rate=0.99)
    optimizer = keras.optimizers.RMSprop(rate, rho=0.9, momentum=0.9, epsilon=1e-6)
    return model, optimizer, keras.losses.Huber(delta=0.5)


def torch_model():
    import torch
    from torch import nn

    class RMSpropTF(torch.optim.Optimizer):
        def __init__(self, params, lr=1e-3, alpha=0.9, eps=1e-7, momentum=0.0):
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
                    if len(state) == 0:
                        state["square_avg"] = torch.zeros_like(p)
                        state["momentum_buffer"] = torch.zeros_like(p)
                    square_avg, buf = state["square_avg"], state["momentum_buffer"]
                    square_avg.add_(p.grad.pow(2) - square_avg, alpha=1 - group["alpha"])
                    avg = square_avg.add(group["eps"]).sqrt_()
                    buf.mul_(group["momentum"]).addcdiv_(p.grad, avg, value=group["lr"])
                    p.sub_(buf)
            return loss

    class Forecast(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(5, 18, num_layers=2, batch_first=True)
            for name, p in self.lstm.named_parameters():
                if name.startswith("bias_hh"):
                    nn.init.zeros_(p)
                    p.requires_grad_(False)
            self.out = nn.Linear(18, 1)

        def forward(self, x):
            output, _ = self.lstm(x)
            return self.out(output[:, -1])

    model = Forecast()
    optimizer = RMSpropTF([p for p in model.parameters() if p.requires_grad], lr=2e-3, eps=1e-6, momentum=0.9)
    return model, optimizer, nn.HuberLoss(delta=0.5), torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)


def training_data():
    import numpy as np

    numbers = np.random.default_rng(8)
    hours = numbers.normal(size=(24, 14, 5)).astype("float32")
    return hours, hours.mean(axis=1).sum(axis=1, keepdims=True)
