"""Spectrograms: two convolutions, then every step hands all bands of all maps to two GRUs. Keras lists the maps of a
band side by side, PyTorch the bands of a map, and there are as many bands left as maps.
"""

INPUTS = ("12x16x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12, 16, 1), name="spectrogram")
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D((1, 2))(x)
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Reshape((6, 4 * 4))(x)
    x = layers.Dropout(0.2)(x)
    x = layers.GRU(9, return_sequences=True)(x)
    x = layers.GRU(9, return_sequences=True)(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.maps = nn.Sequential(
                nn.Conv2d(1, 6, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d((1, 2)),
                nn.Conv2d(6, 4, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
            )
            self.drop = nn.Dropout(0.2)
            self.gru = nn.GRU(16, 9, num_layers=2, batch_first=True)
            self.out = nn.Linear(9, 5)

        def forward(self, x):
            x = self.maps(x).permute(0, 2, 1, 3)
            x, _ = self.gru(self.drop(x.flatten(2)))
            return self.out(x.mean(1)).softmax(-1)

    return Net()
