"""Vector-quantised autoencoder: the codebook is a (width, codes) weight looked up with one-hot vectors in Keras and an
nn.Embedding in PyTorch; the gradient goes straight through on both sides.
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

        def build(self, shape):
            self.codes = self.add_weight(
                name="codes", shape=(self.embedding_dim, self.num_embeddings), initializer="random_uniform"
            )

        def call(self, x):
            flat = ops.reshape(x, (-1, self.embedding_dim))
            distances = (
                ops.sum(flat**2, axis=1, keepdims=True)
                + ops.sum(self.codes**2, axis=0)
                - 2 * ops.matmul(flat, self.codes)
            )
            chosen = ops.one_hot(ops.argmin(distances, axis=1), self.num_embeddings, dtype=x.dtype)
            quantized = ops.reshape(ops.matmul(chosen, ops.transpose(self.codes)), ops.shape(x))
            return x + ops.stop_gradient(quantized - x)

    def residual(x, name):
        y = layers.ReLU(name=f"{name}_relu_a")(x)
        y = layers.Conv2D(8, 3, padding="same", use_bias=False, name=f"{name}_3x3")(y)
        y = layers.ReLU(name=f"{name}_relu_b")(y)
        y = layers.Conv2D(16, 1, use_bias=False, name=f"{name}_1x1")(y)
        return layers.Add(name=f"{name}_add")([x, y])

    picture = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 4, strides=2, padding="same", activation="relu", name="down_0")(picture)
    x = layers.Conv2D(16, 4, strides=2, padding="same", activation="relu", name="down_1")(x)
    x = layers.ReLU(name="encoded")(residual(residual(x, "enc_0"), "enc_1"))
    x = layers.Conv2D(6, 1, name="pre_vq")(x)
    x = VectorQuantizer(20, 6, name="quantizer")(x)
    x = layers.Conv2D(16, 3, padding="same", name="post_vq")(x)
    x = layers.ReLU(name="decoded")(residual(x, "dec_0"))
    x = layers.Conv2DTranspose(12, 4, strides=2, padding="same", activation="relu", name="up_0")(x)
    return keras.Model(picture, layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="up_1")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Residual(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.block = nn.Sequential(
                nn.ReLU(),
                nn.Conv2d(dim, hidden, 3, padding=1, bias=False),
                nn.ReLU(),
                nn.Conv2d(hidden, dim, 1, bias=False),
            )

        def forward(self, x):
            return x + self.block(x)

    class VectorQuantizer(nn.Module):
        def __init__(self, n_e, e_dim):
            super().__init__()
            self.embedding = nn.Embedding(n_e, e_dim)

        def forward(self, z):
            z = z.permute(0, 2, 3, 1).contiguous()
            d = torch.cdist(z.flatten(0, 2), self.embedding.weight)
            z_q = self.embedding(d.argmin(dim=1)).view_as(z)
            return (z + (z_q - z).detach()).permute(0, 3, 1, 2).contiguous()

    class VQVAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.vq = VectorQuantizer(20, 6)
            self.encoder = nn.ModuleDict(
                {
                    "c1": nn.Conv2d(3, 12, 4, 2, 1),
                    "c2": nn.Conv2d(12, 16, 4, 2, 1),
                    "res": nn.Sequential(Residual(16, 8), Residual(16, 8), nn.ReLU()),
                    "pre": nn.Conv2d(16, 6, 1),
                }
            )
            self.post = nn.Conv2d(6, 16, 3, padding=1)
            self.res = Residual(16, 8)
            self.t1 = nn.ConvTranspose2d(16, 12, 4, 2, 1)
            self.t2 = nn.ConvTranspose2d(12, 3, 4, 2, 1)

        def forward(self, x):
            e = self.encoder
            z = e["pre"](e["res"](F.relu(e["c2"](F.relu(e["c1"](x))))))
            y = F.relu(self.res(self.post(self.vq(z))))
            return self.t2(F.relu(self.t1(y)))

    return VQVAE()
