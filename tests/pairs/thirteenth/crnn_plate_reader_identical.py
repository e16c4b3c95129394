"""Reader for number plates: convolutions shrink the height, columns become steps, two bidirectional GRUs and the
log-probabilities of CTC. One side keeps the batch first, the other goes through the GRUs with time first.
"""

INPUTS = ("16x40x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    plate = keras.Input((16, 40, 1), name="plate")
    x = plate
    for i, (width, pool) in enumerate(((8, (2, 2)), (16, (2, 1)), (24, (2, 1)))):
        x = layers.Conv2D(width, (3, 5) if i == 0 else 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
        x = layers.MaxPooling2D(pool, name=f"pool_{i}")(x)
    x = layers.Permute((2, 1, 3), name="columns_first")(x)
    x = layers.Reshape((20, 2 * 24), name="steps")(x)
    x = layers.Dense(32, activation="relu", name="squeeze")(x)
    x = layers.Bidirectional(layers.GRU(16, return_sequences=True), merge_mode="sum", name="gru_0")(x)
    x = layers.Bidirectional(layers.GRU(16, return_sequences=True), name="gru_1")(x)
    x = layers.Dense(13, name="letters")(x)
    return keras.Model(plate, layers.Activation("log_softmax", name="log_probabilities")(x))


def torch_model():
    import torch
    from torch import nn

    class ConvBlock(nn.Sequential):
        def __init__(self, inp, out, kernel, pool):
            super().__init__(
                nn.Conv2d(inp, out, kernel, padding=tuple(k // 2 for k in kernel), bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(),
                nn.MaxPool2d(pool),
            )

    class CRNN(nn.Module):
        def __init__(self, classes=13, hidden=16):
            super().__init__()
            self.hidden = hidden
            self.cnn = nn.Sequential(
                ConvBlock(1, 8, (3, 5), (2, 2)), ConvBlock(8, 16, (3, 3), (2, 1)), ConvBlock(16, 24, (3, 3), (2, 1))
            )
            self.map = nn.Linear(48, 32)
            self.rnn1 = nn.GRU(32, hidden, bidirectional=True)
            self.rnn2 = nn.GRU(hidden, hidden, bidirectional=True)
            self.out = nn.Linear(2 * hidden, classes)

        def forward(self, images):
            x = self.cnn(images).permute(3, 0, 2, 1).flatten(2)
            x = torch.relu(self.map(x))
            forward, backward = self.rnn1(x)[0].split(self.hidden, dim=-1)
            x, _ = self.rnn2(forward + backward)
            return self.out(x).log_softmax(-1).transpose(0, 1)

    return CRNN()
