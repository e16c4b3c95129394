"""GRU for prices, gradients clipped at norm 0.05: clipnorm of the Keras optimizer, clip_grad_norm_ before each step."""

INPUTS = ["6x4"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["clip-norm-each"], "keras": ["optimizer"], "torch": ["optimizer"]},
        {"rules": ["clip-norm-epsilon"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [keras.Input((6, 4)), layers.GRU(8, name="gru"), layers.Dense(6, activation="relu"), layers.Dense(1)]
    )
    return model, keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.05), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class PriceGRU(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(4, 8, batch_first=True)
            self.regressor = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 1))

        def forward(self, x):
            _, hn = self.gru(x)
            return self.regressor(hn[0])

    def clip(optimizer, args, kwargs):
        torch.nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], max_norm=0.05)

    model = PriceGRU()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    optimizer.register_step_pre_hook(clip)
    return model, optimizer, nn.MSELoss()
