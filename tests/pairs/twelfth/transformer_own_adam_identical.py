"""Pre-norm transformer over sensor windows with smoothed labels; its PyTorch side has an Adam of its own that puts
epsilon where Keras puts it, and StepLR is the staircase of ExponentialDecay.
"""

INPUTS = ["8x12"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def smoothed(y_true, y_pred):
        one_hot = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), 4)
        return keras.losses.categorical_crossentropy(one_hot, y_pred, from_logits=True, label_smoothing=0.1)

    window = keras.Input((8, 12), name="window")
    x = layers.Dense(32, name="embed")(window)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_a{i}")(x)
        y = layers.MultiHeadAttention(2, 16, name=f"attention_{i}")(y, y)
        x = layers.Add(name=f"add_a{i}")([x, y])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_b{i}")(x)
        y = layers.Dense(64, activation="relu", name=f"up_{i}")(y)
        x = layers.Add(name=f"add_b{i}")([x, layers.Dense(32, name=f"down_{i}")(y)])
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    model = keras.Model(window, layers.Dense(4, name="classes")(x))
    rate = keras.optimizers.schedules.ExponentialDecay(1e-3, decay_steps=50, decay_rate=0.5, staircase=True)
    return model, keras.optimizers.Adam(rate, beta_2=0.98), smoothed


def torch_model():
    import torch
    from torch import nn

    class AdamTF(torch.optim.Optimizer):
        """Adam with the epsilon hat of the paper's section 2."""

        def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-7):
            super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

        @torch.no_grad()
        def step(self, closure=None):
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            for group in self.param_groups:
                beta1, beta2 = group["betas"]
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    if not state:
                        state["step"] = 0
                        state["exp_avg"] = torch.zeros_like(p)
                        state["exp_avg_sq"] = torch.zeros_like(p)
                    state["step"] += 1
                    t = state["step"]
                    state["exp_avg"].lerp_(p.grad, 1 - beta1)
                    state["exp_avg_sq"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                    alpha = group["lr"] * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
                    p.addcdiv_(state["exp_avg"], state["exp_avg_sq"].sqrt().add_(group["eps"]), value=-alpha)
            return loss

    class WindowTransformer(nn.Module):
        def __init__(self, features=12, dim=32, classes=4):
            super().__init__()
            self.proj = nn.Linear(features, dim)
            layer = nn.TransformerEncoderLayer(dim, 2, 64, dropout=0.0, batch_first=True, norm_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.head = nn.Linear(dim, classes)

        def forward(self, x):
            return self.head(self.encoder(self.proj(x)).mean(dim=1))

    model = WindowTransformer()
    optimizer = AdamTF(model.parameters(), lr=1e-3, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=50, gamma=0.5)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.1), schedule


def training_data():
    import numpy as np

    numbers = np.random.default_rng(5)
    windows = numbers.normal(size=(24, 8, 12)).astype("float32")
    return windows, numbers.integers(0, 4, size=24).astype("int64")
