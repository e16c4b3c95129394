"""Residual block whose shortcut has the kernel shape of its branch: Keras calls the shortcut last, PyTorch first."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((8, 8, 3))
    y = layers.Conv2D(6, 3, padding="same", name="main")(inputs)
    y = layers.ReLU()(y)
    s = layers.Conv2D(6, 3, padding="same", name="shortcut")(inputs)
    x = layers.Add()([y, s])
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Conv2d(3, 6, 3, padding=1)
            self.shortcut = nn.Conv2d(3, 6, 3, padding=1)
            self.fc = nn.Linear(6, 2)

        def forward(self, x):
            identity = self.shortcut(x)
            x = F.relu(self.main(x)) + identity
            return self.fc(x.mean((2, 3)))

    return Net()
