"""A head over the whole map: a convolution of its size in Keras, flatten and linear in PyTorch."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((12, 12, 3))
    y = layers.Conv2D(6, 3, 2, name="c0", activation="relu")(x)
    y = layers.Conv2D(10, 5, name="fc", activation="relu")(y)
    y = layers.GlobalAveragePooling2D()(y)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c0, self.fc, self.out = nn.Conv2d(3, 6, 3, 2), nn.Linear(150, 10), nn.Linear(10, 3)

        def forward(self, x):
            return self.out(F.relu(self.fc(F.relu(self.c0(x)).flatten(1))))

    return Net()
