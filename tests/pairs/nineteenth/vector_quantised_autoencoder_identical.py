"""Autoencoder with a codebook (VQ-VAE) for small pictures: the codes are columns of a weight and picked by a one-hot
product in Keras, in PyTorch they are rows of an embedding.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class VectorQuantizer(layers.Layer):
        def __init__(self, num_embeddings, embedding_dim, **kwargs):
            super().__init__(**kwargs)
            self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim

        def build(self, input_shape):
            self.embeddings = self.add_weight(
                shape=(self.embedding_dim, self.num_embeddings), initializer="random_uniform", name="embeddings_vqvae"
            )

        def call(self, x):
            flattened = ops.reshape(x, (-1, self.embedding_dim))
            distances = (
                ops.sum(flattened**2, axis=1, keepdims=True)
                + ops.sum(self.embeddings**2, axis=0)
                - 2 * ops.matmul(flattened, self.embeddings)
            )
            encodings = ops.one_hot(ops.argmin(distances, axis=1), self.num_embeddings, dtype=x.dtype)
            quantized = ops.reshape(ops.matmul(encodings, ops.transpose(self.embeddings)), ops.shape(x))
            return x + ops.stop_gradient(quantized - x)

    def residual(x, name):
        y = layers.Conv2D(8, 3, padding="same", use_bias=False, name=f"{name}_wide")(layers.ReLU()(x))
        y = layers.Conv2D(16, 1, use_bias=False, name=f"{name}_narrow")(layers.ReLU()(y))
        return layers.Add(name=f"{name}_sum")([x, y])

    picture = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 4, strides=2, padding="same", activation="relu", name="half")(picture)
    x = layers.Conv2D(16, 4, strides=2, padding="same", name="quarter")(x)
    x = layers.ReLU()(residual(residual(x, "down_1"), "down_2"))
    x = layers.Conv2D(6, 1, name="to_codes")(x)
    x = VectorQuantizer(12, 6, name="codes")(x)
    x = layers.Conv2D(16, 3, padding="same", name="from_codes")(x)
    x = layers.ReLU()(residual(x, "up_1"))
    x = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu", name="double")(x)
    return keras.Model(picture, layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="reconstruction")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Residual(nn.Module):
        def __init__(self, in_channels, num_hiddens, num_residual_hiddens):
            super().__init__()
            self._block = nn.Sequential(
                nn.ReLU(),
                nn.Conv2d(in_channels, num_residual_hiddens, 3, padding=1, bias=False),
                nn.ReLU(),
                nn.Conv2d(num_residual_hiddens, num_hiddens, 1, bias=False),
            )

        def forward(self, x):
            return x + self._block(x)

    class VectorQuantizer(nn.Module):
        def __init__(self, num_embeddings, embedding_dim):
            super().__init__()
            self._embedding = nn.Embedding(num_embeddings, embedding_dim)

        def forward(self, inputs):
            inputs = inputs.permute(0, 2, 3, 1).contiguous()
            distances = (inputs.unsqueeze(-2) - self._embedding.weight).pow(2).sum(-1)
            quantized = self._embedding(torch.argmin(distances, dim=-1))
            quantized = inputs + (quantized - inputs).detach()
            return quantized.permute(0, 3, 1, 2).contiguous()

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self._conv_1 = nn.Conv2d(3, 8, 4, stride=2, padding=1)
            self._conv_2 = nn.Conv2d(8, 16, 4, stride=2, padding=1)
            self._encoder_stack = nn.ModuleList([Residual(16, 16, 8) for _ in range(2)])
            self._pre_vq_conv = nn.Conv2d(16, 6, 1)
            self._vq_vae = VectorQuantizer(12, 6)
            self._decoder = nn.Sequential(
                nn.Conv2d(6, 16, 3, padding=1),
                Residual(16, 16, 8),
                nn.ReLU(),
                nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(8, 3, 4, stride=2, padding=1),
            )

        def forward(self, x):
            x = self._conv_2(F.relu(self._conv_1(x)))
            for layer in self._encoder_stack:
                x = layer(x)
            return self._decoder(self._vq_vae(self._pre_vq_conv(F.relu(x))))

    return Model()
