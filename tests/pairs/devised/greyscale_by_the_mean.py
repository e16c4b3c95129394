"""Grey pictures: Keras weighs red, green and blue, the port takes their mean."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["data-greyscale"], "keras": ["rgb_to_grayscale*"], "torch": ["mean*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((8, 8, 3))
    x = ops.image.rgb_to_grayscale(i)
    return keras.Model(i, layers.Conv2D(2, 3)(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(1, 2, 3)

        def forward(self, x):
            return self.c(x.mean(1, keepdim=True))

    return M()
