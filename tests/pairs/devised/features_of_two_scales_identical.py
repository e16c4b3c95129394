"""Both scales of a small network are flattened and joined in front of the dense layers."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    image = keras.Input((8, 8, 3))
    fine = layers.Conv2D(4, 3, activation="relu")(image)
    coarse = layers.Conv2D(3, 3, strides=2, activation="relu")(fine)
    pooled = layers.GlobalAveragePooling2D()(coarse)
    x = ops.concatenate([layers.Flatten()(coarse), pooled, layers.Reshape((-1,))(fine)], axis=-1)
    x = layers.Dense(7, activation="tanh")(x)
    return keras.Model(image, layers.Dense(2)(x))


def torch_model():
    import torch
    from torch import nn

    class Scales(nn.Module):
        def __init__(self):
            super().__init__()
            self.fine, self.coarse = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 3, 3, stride=2)
            self.hidden, self.out = nn.Linear(12 + 3 + 144, 7), nn.Linear(7, 2)

        def forward(self, image):
            fine = torch.relu(self.fine(image))
            coarse = torch.relu(self.coarse(fine))
            x = torch.cat([coarse.view(len(image), -1), coarse.mean((2, 3)), fine.flatten(1)], dim=1)
            return self.out(torch.tanh(self.hidden(x)))

    return Scales()
