"""A price from a photo of the house and five numbers about it: flattened features, joined to the numbers."""

INPUTS = ("8x8x3", "5")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    photo, numbers = keras.Input((8, 8, 3), name="photo"), keras.Input((5,), name="numbers")
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(photo)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    x = layers.Dropout(0.3)(layers.Concatenate()([x, numbers]))
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)
    x = layers.Dense(7, activation="relu")(x)
    return keras.Model([photo, numbers], layers.Dense(1)(x))


def torch_model():
    import torch
    from torch import nn

    class Price(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
            self.head = nn.Sequential(nn.Dropout(0.3), nn.BatchNorm1d(69), nn.Linear(69, 7), nn.ReLU(), nn.Linear(7, 1))

        def forward(self, photo, numbers):
            return self.head(torch.cat([self.features(photo), numbers], 1))

    return Price()
