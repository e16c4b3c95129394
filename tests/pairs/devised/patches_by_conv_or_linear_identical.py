"""Patches of an image: one convolution in Keras, a linear layer over rows, columns and channels of each patch in
PyTorch.
"""

INPUTS = ("9x9x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((9, 9, 2))
    y = layers.Reshape((9, 8))(layers.Conv2D(8, 3, 3, name="c")(x))
    y = layers.LayerNormalization(epsilon=1e-5, name="n")(y)
    return keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling1D()(y)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.d, self.n, self.h = nn.Linear(18, 8), nn.LayerNorm(8), nn.Linear(8, 2)

        def forward(self, x):
            b, c, h, w = x.shape
            y = x.view(b, c, h // 3, 3, w // 3, 3).permute(0, 2, 4, 3, 5, 1).reshape(b, -1, 18)
            return self.h(self.n(self.d(y)).mean(1))

    return Net()
