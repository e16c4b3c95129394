"""Frames of a film: time-distributed layers in Keras, frames folded into the batch in PyTorch."""

INPUTS = ("4x12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((4, 12, 12, 3))
    x = layers.TimeDistributed(layers.Conv2D(8, 3, padding="same", activation="relu"))(inputs)
    x = layers.TimeDistributed(layers.MaxPooling2D(2))(x)
    x = layers.TimeDistributed(layers.Flatten())(x)
    x = layers.TimeDistributed(layers.Dense(10, activation="relu"))(x)
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.LSTM(7)(x)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Linear(8 * 6 * 6, 10),
                nn.ReLU(),
            )
            self.lstm = nn.LSTM(10, 7, batch_first=True)
            self.fc = nn.Linear(7, 2)

        def forward(self, film):
            batch, channels, steps, height, width = film.shape
            frames = film.permute(0, 2, 1, 3, 4).reshape(batch * steps, channels, height, width)
            _, (state, _) = self.lstm(self.cnn(frames).view(batch, steps, -1))
            return self.fc(state[-1]).softmax(-1)

    return Net()
