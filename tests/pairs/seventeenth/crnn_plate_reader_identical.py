"""Licence plate reader (CRNN): the convolution columns become time steps for two bidirectional GRUs; in Keras with
Permute and Reshape, in PyTorch time first with one two-layer nn.GRU.
"""

INPUTS = ("16x40x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    plate = keras.Input((16, 40, 1))
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_a")(plate)
    x = layers.MaxPooling2D((2, 2), name="half")(x)
    x = layers.Conv2D(12, 3, padding="same", use_bias=False, name="conv_b")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm_b")(x)
    x = layers.ReLU(name="relu_b")(x)
    x = layers.MaxPooling2D((2, 1), name="lower")(x)
    x = layers.Conv2D(6, (2, 3), padding="valid", name="conv_c")(x)
    x = layers.ReLU(name="relu_c")(x)
    x = layers.Permute((2, 1, 3), name="columns")(x)
    x = layers.Reshape((18, 18), name="steps")(x)
    x = layers.Dense(16, activation="relu", name="narrow")(x)
    x = layers.Bidirectional(layers.GRU(10, return_sequences=True), name="gru_1")(x)
    x = layers.Dropout(0.25, name="drop")(x)
    x = layers.Bidirectional(layers.GRU(10, return_sequences=True), name="gru_2")(x)
    return keras.Model(plate, layers.Dense(14, activation="softmax", name="letters")(x))


def torch_model():
    import torch
    from torch import nn

    class CRNN(nn.Module):
        def __init__(self, n_class=14, nh=10):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.Conv2d(1, 8, 3, 1, 1),
                nn.ReLU(True),
                nn.MaxPool2d(2, 2),
                nn.Conv2d(8, 12, 3, 1, 1, bias=False),
                nn.BatchNorm2d(12),
                nn.ReLU(True),
                nn.MaxPool2d((2, 1), (2, 1)),
                nn.Conv2d(12, 6, (2, 3), 1, 0),
                nn.ReLU(True),
            )
            self.map_to_seq = nn.Linear(6 * 3, 16)
            self.rnn = nn.GRU(16, nh, num_layers=2, bidirectional=True, dropout=0.25)
            self.letters = nn.Linear(2 * nh, n_class)

        def forward(self, image):
            conv = self.cnn(image)
            steps = conv.permute(3, 0, 2, 1).flatten(2)
            recurrent, _ = self.rnn(torch.relu(self.map_to_seq(steps)))
            return self.letters(recurrent).softmax(dim=-1).transpose(0, 1)

    return CRNN()
