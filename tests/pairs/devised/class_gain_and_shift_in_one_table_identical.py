"""A conditional batch norm keeps gain and shift of a class in one table in PyTorch, and in two in Keras."""

INPUTS = ["6x6x3", "1:int32"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 6, 3))
    c = keras.Input((1,), dtype="int32")
    x = layers.Conv2D(4, 3)(i)
    x = layers.BatchNormalization(center=False, scale=False, epsilon=1e-5, momentum=0.9)(x)
    g = layers.Reshape((1, 1, 4))(layers.Embedding(10, 4, name="gain", embeddings_initializer="ones")(c))
    b = layers.Reshape((1, 1, 4))(layers.Embedding(10, 4, name="shift", embeddings_initializer="zeros")(c))
    return keras.Model([i, c], layers.GlobalAveragePooling2D()(layers.ReLU()(g * x + b)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.bn = nn.BatchNorm2d(4, affine=False)
            self.embed = nn.Embedding(10, 8)
            self.embed.weight.data[:, :4].fill_(1)
            self.embed.weight.data[:, 4:].zero_()

        def forward(self, x, y):
            out = self.bn(self.conv(x))
            g, b = self.embed(y.squeeze(1)).chunk(2, 1)
            return F.relu(g.view(-1, 4, 1, 1) * out + b.view(-1, 4, 1, 1)).mean((2, 3))

    return M()
