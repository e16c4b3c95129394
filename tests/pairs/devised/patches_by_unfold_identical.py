"""ViT's patches: extract_patches in Keras, F.unfold in PyTorch, and a dense layer."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = i = keras.Input((8, 8, 3))
    p = ops.image.extract_patches(x, 4, padding="valid")
    p = layers.Dense(6, name="proj")(ops.reshape(p, (-1, 4, 48)))
    x = layers.Dense(2, name="o")(ops.mean(p, 1))
    return keras.Model(i, x)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj, self.o = nn.Linear(48, 6), nn.Linear(6, 2)

        def forward(self, x):
            p = F.unfold(x, 4, stride=4).transpose(1, 2)
            return self.o(self.proj(p).mean(1))

    return Net()
