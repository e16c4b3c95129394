"""Temperature from two days of weather: a small convolutional regressor whose rate is halved when the loss has not
improved for five epochs; that PyTorch waits one epoch longer has been taken into account.
"""

INPUTS = ("48x5",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    weather = keras.Input((48, 5), name="weather")
    x = layers.Conv1D(12, 5, activation="relu", name="conv1")(weather)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(16, 3, activation="relu", name="conv2")(x)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dense(12, activation="relu", name="hidden")(x)
    model = keras.Model(weather, layers.Dense(1, name="temperature")(x))
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=5, min_delta=1e-4, min_lr=1e-5)
    return model, keras.optimizers.SGD(learning_rate=0.01), keras.losses.MeanSquaredError(), plateau


def torch_model():
    import torch
    from torch import nn

    class Weather(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv1d(5, 12, 5), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(12, 16, 3), nn.ReLU()
            )
            self.regressor = nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 1))

        def forward(self, x):
            return self.regressor(self.features(x.mT).mean(dim=-1))

    model = Weather()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode="min", factor=0.5, patience=4, threshold=1e-4, threshold_mode="abs", min_lr=1e-5, eps=0.0
    )
    return model, optimizer, nn.MSELoss(), scheduler
