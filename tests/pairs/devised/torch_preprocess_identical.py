"""The library's preprocessing in its torch mode and the usual three lines."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Lambda(keras.applications.densenet.preprocess_input, name="pre")(x)
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv")(y)
    y = layers.GlobalAveragePooling2D(name="pool")(y)
    return keras.Model(x, layers.Dense(4, name="out")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.out = nn.Linear(8, 4)

        def forward(self, x):
            x = (x / 255 - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor(
                [0.229, 0.224, 0.225]
            ).view(3, 1, 1)
            return self.out(F.relu(self.conv(x)).mean((2, 3)))

    return Net()
