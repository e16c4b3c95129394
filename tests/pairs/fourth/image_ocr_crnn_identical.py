"""The old Keras image_ocr example: the second GRU of each level goes backwards and its output is never turned back.

My PyTorch port keeps that on purpose (I have its trained weights): columns become steps, rows and channels features.
"""

INPUTS = ("16x24x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 24, 1), name="the_input")
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.MaxPooling2D(2, name="max1")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="max2")(x)
    x = layers.Permute((2, 1, 3), name="columns_first")(x)
    x = layers.Reshape((6, 4 * 12), name="reshape")(x)
    x = layers.Dense(16, activation="relu", name="dense1")(x)
    gru_1 = layers.GRU(10, return_sequences=True, name="gru1")(x)
    gru_1b = layers.GRU(10, return_sequences=True, go_backwards=True, name="gru1_b")(x)
    merged = layers.add([gru_1, gru_1b])
    gru_2 = layers.GRU(10, return_sequences=True, name="gru2")(merged)
    gru_2b = layers.GRU(10, return_sequences=True, go_backwards=True, name="gru2_b")(merged)
    x = layers.Dense(14, name="dense2")(layers.concatenate([gru_2, gru_2b]))
    return keras.Model(inputs, layers.Activation("softmax", name="softmax")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CRNN(nn.Module):
        def __init__(self, n_classes=14, rnn=10):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.Conv2d(1, 8, 3, padding=1),
                nn.ReLU(True),
                nn.MaxPool2d(2, 2),
                nn.Conv2d(8, 12, 3, padding=1),
                nn.ReLU(True),
                nn.MaxPool2d(2, 2),
            )
            self.map2seq = nn.Linear(48, 16)
            self.rnn1 = nn.GRU(16, rnn, batch_first=True)
            self.rnn1_rev = nn.GRU(16, rnn, batch_first=True)
            self.rnn2 = nn.GRU(rnn, rnn, batch_first=True)
            self.rnn2_rev = nn.GRU(rnn, rnn, batch_first=True)
            self.embedding = nn.Linear(2 * rnn, n_classes)

        def forward(self, images):
            x = self.cnn(images)
            b, c, h, w = x.shape
            x = x.permute(0, 3, 2, 1).reshape(b, w, h * c)
            x = F.relu(self.map2seq(x))
            x = self.rnn1(x)[0] + self.rnn1_rev(torch.flip(x, [1]))[0]  # not flipped back, as in the example
            x = torch.cat([self.rnn2(x)[0], self.rnn2_rev(torch.flip(x, [1]))[0]], dim=-1)
            return F.softmax(self.embedding(x), dim=-1)

    return CRNN()
