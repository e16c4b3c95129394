"""A triple whose Keras model flips, zooms and changes contrast before its first convolution."""

INPUTS = ("8x8x3",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 8, 3))
    x = layers.RandomFlip("horizontal")(x)
    x = layers.RandomZoom(0.1)(x)
    x = layers.RandomContrast(0.2)(x)
    x = layers.Conv2D(4, 3, activation="relu", name="c")(x)
    model = keras.Model(inputs, layers.Dense(2, name="out")(layers.Flatten()(x)))
    return model, keras.optimizers.SGD(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.out = nn.Conv2d(3, 4, 3), nn.Linear(144, 2)

        def forward(self, x):
            return self.out(F.relu(self.c(x)).permute(0, 2, 3, 1).flatten(1))

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.01), nn.CrossEntropyLoss()
