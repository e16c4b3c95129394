"""Load forecast with a GRU, trained by SGD with Nesterov momentum: clipvalue in the Keras optimizer, a hook before each
step that clips the values in PyTorch.
"""

INPUTS = ("24x4",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    hours = keras.Input((24, 4))
    x = layers.Dense(8, activation="tanh", name="inputs")(hours)
    x = layers.GRU(12, name="gru")(x)
    x = layers.Dense(8, activation="softplus", name="hidden")(x)
    model = keras.Model(hours, layers.Dense(3, name="load")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.0625, momentum=0.875, nesterov=True, clipvalue=0.0625)
    return model, optimizer, keras.losses.MeanSquaredError()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class LoadForecast(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj = nn.Linear(4, 8)
            self.rnn = nn.GRU(8, 12, batch_first=True)
            self.fc1 = nn.Linear(12, 8)
            self.fc2 = nn.Linear(8, 3)

        def forward(self, x):
            _, h = self.rnn(torch.tanh(self.proj(x)))
            return self.fc2(F.softplus(self.fc1(h[-1])))

    def clip(optimizer, args, kwargs):
        for group in optimizer.param_groups:
            nn.utils.clip_grad_value_(group["params"], 0.0625)

    model = LoadForecast()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0625, momentum=0.875, nesterov=True)
    optimizer.register_step_pre_hook(clip)
    return model, optimizer, nn.MSELoss()
