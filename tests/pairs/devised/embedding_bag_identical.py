"""A mean of embeddings, which PyTorch has as one layer."""

INPUTS = ("7:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((7,), dtype="int32")
    x = layers.GlobalAveragePooling1D()(layers.Embedding(30, 6)(i))
    return keras.Model(i, layers.Dense(2)(x))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.bag = nn.EmbeddingBag(30, 6, mode="mean")
            self.fc = nn.Linear(6, 2)

        def forward(self, x):
            return self.fc(self.bag(x))

    return Net()
