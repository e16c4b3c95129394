"""CRNN for captchas: in Keras the width is brought to the front and rows with channels become features; in PyTorch I
permute before the recurrent layers, and each column has to hold its numbers in the same order.
"""

INPUTS = ("16x40x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((16, 40, 1), name="image")
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="Conv1")(image)
    x = layers.MaxPooling2D((2, 2), name="pool1")(x)
    x = layers.Conv2D(12, 3, padding="same", use_bias=False, name="Conv2")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn2")(x)
    x = layers.Activation("relu")(x)
    x = layers.MaxPooling2D((2, 1), name="pool2")(x)
    x = layers.Permute((2, 1, 3), name="columns")(x)
    x = layers.Reshape((20, 4 * 12), name="features")(x)
    x = layers.Dense(16, activation="relu", name="dense1")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Bidirectional(layers.LSTM(10, return_sequences=True), name="lstm1")(x)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="lstm2")(x)
    return keras.Model(image, layers.Dense(11, name="letters")(x))


def torch_model():
    from torch import nn

    class CRNN(nn.Module):
        def __init__(self, num_chars=10):
            super().__init__()
            self.fc = nn.Linear(12, num_chars + 1)
            self.rnn1 = nn.LSTM(16, 10, bidirectional=True, batch_first=True)
            self.rnn2 = nn.LSTM(20, 6, bidirectional=True, batch_first=True)
            self.cnn = nn.Sequential(
                nn.Conv2d(1, 8, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Conv2d(8, 12, 3, padding=1, bias=False),
                nn.BatchNorm2d(12),
                nn.ReLU(),
                nn.MaxPool2d(kernel_size=(2, 1)),
            )
            self.linear = nn.Sequential(nn.Linear(48, 16), nn.ReLU(), nn.Dropout(0.2))

        def forward(self, images):
            x = self.cnn(images).permute(0, 3, 2, 1)
            batch, width = x.size(0), x.size(1)
            x = self.linear(x.reshape(batch, width, -1))
            x, _ = self.rnn1(x)
            x, _ = self.rnn2(x)
            return self.fc(x)

    return CRNN()
