"""VQ-VAE: both reconstruct the same, but the encoder of the PyTorch one never learns (its weights have no gradient)."""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": [
                "gradient-stopped",
                "wiring-other",
                "parameter-without-gradient",
                "branch-missing",
                "activation-kinks",
            ],
            "keras": ["*"],
            "torch": ["*"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class VectorQuantizer(layers.Layer):
        def __init__(self, num_embeddings, embedding_dim, **kwargs):
            super().__init__(**kwargs)
            self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim

        def build(self, shape):
            self.embeddings = self.add_weight(
                shape=(self.num_embeddings, self.embedding_dim), initializer="random_normal", name="embeddings"
            )

        def call(self, x):
            flat = ops.reshape(x, (-1, self.embedding_dim))
            distances = (
                ops.sum(flat**2, axis=1, keepdims=True)
                + ops.sum(self.embeddings**2, axis=1)
                - 2 * ops.matmul(flat, ops.transpose(self.embeddings))
            )
            codes = ops.argmin(distances, axis=1)
            quantized = ops.reshape(ops.take(self.embeddings, codes, axis=0), ops.shape(x))
            return x + ops.stop_gradient(quantized - x)

    image = keras.Input((8, 8, 3))
    x = layers.Conv2D(8, 4, strides=2, padding="same", activation="relu", name="enc1")(image)
    x = layers.Conv2D(6, 1, padding="same", name="enc2")(x)
    x = VectorQuantizer(10, 6, name="vector_quantizer")(x)
    x = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu", name="dec1")(x)
    return keras.Model(image, layers.Conv2D(3, 3, padding="same", name="dec2")(x))


def torch_model():
    from torch import nn

    class VQ(nn.Module):
        def __init__(self, k, d):
            super().__init__()
            self.codebook = nn.Embedding(k, d)

        def forward(self, z):
            z = z.permute(0, 2, 3, 1)
            d = (z.flatten(0, 2)[:, None] - self.codebook.weight).pow(2).sum(-1)
            z_q = self.codebook(d.argmin(dim=-1)).view(z.shape)
            return z_q.permute(0, 3, 1, 2)

    class VQVAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Conv2d(3, 8, 4, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 6, 1))
            self.vq = VQ(10, 6)
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(6, 8, 4, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1)
            )

        def forward(self, x):
            return self.decoder(self.vq(self.encoder(x)))

    return VQVAE()
