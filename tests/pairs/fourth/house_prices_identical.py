"""House prices from a photo, six numbers and two category columns: sub-models and a dict here, a ModuleDict there."""

INPUTS = ("16x16x3", "6", "2:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def create_cnn(filters=(8, 12)):
        photo = keras.Input((16, 16, 3))
        x = photo
        for f in filters:
            x = layers.Conv2D(f, (3, 3), padding="same")(x)
            x = layers.Activation("relu")(x)
            x = layers.BatchNormalization(axis=-1, momentum=0.9, epsilon=1e-5)(x)
            x = layers.MaxPooling2D((2, 2))(x)
        x = layers.Flatten()(x)
        x = layers.Dense(16)(x)
        x = layers.Activation("relu")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.Dropout(0.5)(x)
        return keras.Model(photo, layers.Dense(4, activation="relu")(x), name="cnn")

    mlp = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(4, activation="relu")], name="mlp")
    inputs = {
        "image": keras.Input((16, 16, 3), name="image"),
        "numbers": keras.Input((6,), name="numbers"),
        "zipcode": keras.Input((2,), dtype="int32", name="zipcode"),
    }
    area = layers.Embedding(10, 3, name="area")(inputs["zipcode"][:, 0])
    kind = layers.Embedding(10, 2, name="kind")(inputs["zipcode"][:, 1])
    merged = layers.concatenate([mlp(inputs["numbers"]), create_cnn()(inputs["image"]), area, kind])
    x = layers.Dense(4, activation="relu", name="joint")(merged)
    return keras.Model(inputs, layers.Dense(1, activation="linear", name="price")(x))


def torch_model():
    import torch
    from torch import nn

    class Lambda(nn.Module):
        def __init__(self, f):
            super().__init__()
            self.f = f

        def forward(self, x):
            return self.f(x)

    def conv(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(o), nn.MaxPool2d(2))

    class HousePrices(nn.Module):
        def __init__(self):
            super().__init__()
            self.towers = nn.ModuleDict(
                {
                    "tabular": nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU()),
                    "visual": nn.Sequential(
                        conv(3, 8),
                        conv(8, 12),
                        Lambda(lambda x: x.movedim(1, -1).flatten(1)),
                        nn.Linear(12 * 4 * 4, 16),
                        nn.ReLU(),
                        nn.BatchNorm1d(16),
                        nn.Dropout(0.5),
                        nn.Linear(16, 4),
                        nn.ReLU(),
                    ),
                }
            )
            self.embeddings = nn.ModuleList([nn.Embedding(10, 3), nn.Embedding(10, 2)])
            self.head = nn.Sequential(nn.Linear(13, 4), nn.ReLU(), nn.Linear(4, 1))

        def forward(self, image, numbers, zipcode):
            cats = [table(column) for table, column in zip(self.embeddings, zipcode.unbind(1), strict=True)]
            parts = [self.towers["tabular"](numbers), self.towers["visual"](image), *cats]
            return self.head(torch.hstack(parts))

    return HousePrices()
