"""VQ-VAE: the codebook is a weight with one column per code in Keras, looked up with one-hot rows, and an
nn.Embedding in PyTorch; both send the gradient straight through.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class VectorQuantizer(layers.Layer):
        def __init__(self, codes, width, **kwargs):
            super().__init__(**kwargs)
            self.codes, self.width = codes, width

        def build(self, shape):
            self.codebook = self.add_weight(
                shape=(self.width, self.codes), initializer="random_uniform", name="codebook"
            )

        def call(self, x):
            flat = ops.reshape(x, (-1, self.width))
            distances = (
                ops.sum(flat**2, axis=1, keepdims=True)
                + ops.sum(self.codebook**2, axis=0)
                - 2 * ops.matmul(flat, self.codebook)
            )
            rows = ops.one_hot(ops.argmin(distances, axis=1), self.codes, dtype=x.dtype)
            quantized = ops.reshape(ops.matmul(rows, ops.transpose(self.codebook)), ops.shape(x))
            return x + ops.stop_gradient(quantized - x)

    def residual(x, name):
        h = layers.ReLU()(x)
        h = layers.Conv2D(8, 3, padding="same", use_bias=False, activation="relu", name=f"{name}_a")(h)
        return layers.Add()([x, layers.Conv2D(16, 1, use_bias=False, name=f"{name}_b")(h)])

    encoder_in = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 4, strides=2, padding="same", activation="relu", name="down_1")(encoder_in)
    x = layers.Conv2D(16, 4, strides=2, padding="same", activation="relu", name="down_2")(x)
    x = layers.Conv2D(16, 3, padding="same", name="down_3")(x)
    x = layers.ReLU()(residual(x, "encoder_res"))
    encoder = keras.Model(encoder_in, layers.Conv2D(6, 1, name="to_codes")(x), name="encoder")

    decoder_in = keras.Input((4, 4, 6))
    x = layers.Conv2D(16, 3, padding="same", name="from_codes")(decoder_in)
    x = layers.ReLU()(residual(x, "decoder_res"))
    x = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu", name="up_1")(x)
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="up_2")(x)
    decoder = keras.Model(decoder_in, x, name="decoder")

    image = keras.Input((16, 16, 3))
    quantized = VectorQuantizer(20, 6, name="quantizer")(encoder(image))
    return keras.Model(image, decoder(quantized))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ResidualLayer(nn.Module):
        def __init__(self, dim, res_dim):
            super().__init__()
            self.conv1 = nn.Conv2d(dim, res_dim, 3, 1, 1, bias=False)
            self.conv2 = nn.Conv2d(res_dim, dim, 1, bias=False)

        def forward(self, x):
            return x + self.conv2(F.relu(self.conv1(F.relu(x))))

    class VectorQuantizer(nn.Module):
        def __init__(self, n_e, e_dim):
            super().__init__()
            self.embedding = nn.Embedding(n_e, e_dim)
            self.embedding.weight.data.uniform_(-0.5, 0.5)

        def forward(self, z):
            z = z.permute(0, 2, 3, 1).contiguous()
            flat = z.flatten(0, 2)
            d = (flat.unsqueeze(1) - self.embedding.weight.unsqueeze(0)).square().sum(-1)
            z_q = self.embedding(d.argmin(dim=1)).view_as(z)
            z_q = z + (z_q - z).detach()
            return z_q.permute(0, 3, 1, 2)

    class VQVAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.vq = VectorQuantizer(20, 6)
            self.decoder = nn.Sequential(
                nn.Conv2d(6, 16, 3, 1, 1),
                ResidualLayer(16, 8),
                nn.ReLU(),
                nn.ConvTranspose2d(16, 8, 4, 2, 1),
                nn.ReLU(),
                nn.ConvTranspose2d(8, 3, 4, 2, 1),
            )
            self.encoder = nn.Sequential(
                nn.Conv2d(3, 8, 4, 2, 1),
                nn.ReLU(),
                nn.Conv2d(8, 16, 4, 2, 1),
                nn.ReLU(),
                nn.Conv2d(16, 16, 3, 1, 1),
                ResidualLayer(16, 8),
                nn.ReLU(),
            )
            self.pre_quantization_conv = nn.Conv2d(16, 6, 1)

        def forward(self, x):
            return self.decoder(self.vq(self.pre_quantization_conv(self.encoder(x))))

    return VQVAE()
