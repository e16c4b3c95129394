"""Columns of an image as steps: Keras permutes and reshapes, PyTorch has the time first and lists channels and rows.
The first layers behind it are a layer norm and a dense layer.
"""

INPUTS = ("8x20x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((8, 20, 1), name="plate")
    x = layers.Conv2D(5, 3, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Permute((2, 1, 3))(x)
    x = layers.Reshape((10, 4 * 5))(x)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    x = layers.Dense(12, activation="tanh")(x)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(x)
    return keras.Model(inputs, layers.Dense(7)(x))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 5, 3, padding=1)
            self.pool = nn.MaxPool2d(2)
            self.norm = nn.LayerNorm(20)
            self.project = nn.Linear(20, 12)
            self.lstm = nn.LSTM(12, 6, bidirectional=True)
            self.out = nn.Linear(12, 7)

        def forward(self, x):
            x = self.pool(self.conv(x).relu())
            batch, channels, rows, columns = x.shape
            x = x.permute(3, 0, 1, 2).reshape(columns, batch, channels * rows)
            x = self.project(self.norm(x)).tanh()
            return self.out(self.lstm(x)[0]).transpose(0, 1)

    return Net()
