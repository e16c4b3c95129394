"""Patches cut by a reshape with the channels first, normalised and projected."""

INPUTS = ("8x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = i = keras.Input((8, 12, 3))
    p = ops.image.extract_patches(x, 4, padding="valid")
    p = layers.LayerNormalization(epsilon=1e-5, name="ln")(ops.reshape(p, (-1, 6, 48)))
    p = layers.Dense(6, name="proj")(p)
    x = layers.Dense(2, name="o")(layers.Flatten()(p))
    return keras.Model(i, x)


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln, self.proj, self.o = nn.LayerNorm(48), nn.Linear(48, 6), nn.Linear(36, 2)

        def forward(self, x):
            b = x.shape[0]
            p = x.reshape(b, 3, 2, 4, 3, 4).permute(0, 2, 4, 1, 3, 5).reshape(b, 6, 48)
            return self.o(self.proj(self.ln(p)).flatten(1))

    return Net()
