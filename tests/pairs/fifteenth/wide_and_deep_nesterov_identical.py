"""Wide and deep for clicks: numbers go straight to the logit, categories through embeddings and two layers; both are
trained with Nesterov momentum on a logit, Keras from_logits and PyTorch BCEWithLogitsLoss.
"""

INPUTS = ("6", "3:int32")
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    numbers, categories = rng.normal(size=(16, 6)), rng.integers(0, 12, size=(16, 3)).astype("int32")
    return [numbers, categories], rng.integers(0, 2, size=(16, 1)).astype("float64")


def keras_model():
    import keras
    from keras import layers

    numbers, categories = keras.Input((6,), name="numbers"), keras.Input((3,), dtype="int32", name="categories")
    deep = layers.Embedding(12, 5, name="category_embedding")(categories)
    deep = layers.Concatenate(name="deep_in")([numbers, layers.Flatten()(deep)])
    for i, units in enumerate((16, 8)):
        deep = layers.Dense(units, activation="relu", name=f"deep_{i}")(deep)
    click = layers.Dense(1, name="click")(layers.Concatenate(name="wide_and_deep")([numbers, deep]))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9, nesterov=True)
    return keras.Model([numbers, categories], click), optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class WideDeep(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(12, 5)
            self.deep = nn.Sequential(nn.Linear(6 + 3 * 5, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
            self.out = nn.Linear(6 + 8, 1)

        def forward(self, wide, cats):
            embedded = self.emb(cats).view(cats.shape[0], -1)
            deep = self.deep(torch.cat((wide, embedded), dim=1))
            return self.out(torch.cat((wide, deep), dim=1))

    model = WideDeep()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.BCEWithLogitsLoss()
