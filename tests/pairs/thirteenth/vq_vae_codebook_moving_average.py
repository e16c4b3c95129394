"""VQ-VAE whose codebook is a moving average and gets no gradient: columns of one matrix in Keras, rows in PyTorch, with
the straight-through trick and the commitment of every picture as a second output.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}
NO_FILE = "TensorFlow's argmax in Keras becomes a Bitcast, which ONNX Runtime lacks at this opset"


def keras_model():
    import keras
    from keras import layers, ops

    class VectorQuantizer(layers.Layer):
        def __init__(self, num_embeddings, decay=0.99, epsilon=1e-5, **kwargs):
            super().__init__(**kwargs)
            self.num_embeddings, self.decay, self.epsilon = num_embeddings, decay, epsilon

        def build(self, shape):
            size = (shape[-1], self.num_embeddings)
            self.embeddings = self.add_weight(
                shape=size, initializer="random_uniform", trainable=False, name="embeddings"
            )
            self.cluster_size = self.add_weight(
                shape=(self.num_embeddings,), initializer="zeros", trainable=False, name="cluster_size"
            )
            self.averages = self.add_weight(shape=size, initializer="random_uniform", trainable=False, name="averages")

        def call(self, x, training=False):
            flat = ops.reshape(x, (-1, x.shape[-1]))
            similarity = ops.matmul(flat, self.embeddings)
            distances = ops.sum(flat**2, axis=1, keepdims=True) + ops.sum(self.embeddings**2, axis=0) - 2 * similarity
            chosen = ops.one_hot(ops.argmin(distances, axis=1), self.num_embeddings, dtype=flat.dtype)
            quantized = ops.reshape(ops.matmul(chosen, ops.transpose(self.embeddings)), ops.shape(x))
            if training:
                self._move(ops.stop_gradient(flat), chosen)
            commitment = 0.25 * ops.mean((ops.stop_gradient(quantized) - x) ** 2, axis=(1, 2, 3))
            return x + ops.stop_gradient(quantized - x), commitment

        def _move(self, flat, chosen):
            keep, new = self.decay, 1 - self.decay
            size = self.cluster_size * keep + new * ops.sum(chosen, axis=0)
            averages = self.averages * keep + new * ops.matmul(ops.transpose(flat), chosen)
            total = ops.sum(size)
            smoothed = (size + self.epsilon) / (total + self.num_embeddings * self.epsilon) * total
            self.cluster_size.assign(size)
            self.averages.assign(averages)
            self.embeddings.assign(averages / smoothed)

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 4, strides=2, padding="same", activation="relu", name="enc_1")(image)
    x = layers.Conv2D(16, 4, strides=2, padding="same", activation="relu", name="enc_2")(x)
    x = layers.Conv2D(6, 1, name="to_latent")(x)
    x, commitment = VectorQuantizer(20, name="codebook")(x)
    x = layers.Conv2DTranspose(12, 4, strides=2, padding="same", activation="relu", name="dec_1")(x)
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="dec_2")(x)
    return keras.Model(image, [x, commitment])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Quantize(nn.Module):
        def __init__(self, dim, n_embed, decay=0.99, eps=1e-5):
            super().__init__()
            self.decay, self.eps = decay, eps
            embed = torch.randn(n_embed, dim)
            self.register_buffer("cluster_size", torch.zeros(n_embed))
            self.register_buffer("embed_avg", embed.clone())
            self.register_buffer("embed", embed)

        def forward(self, input):
            ids = torch.cdist(input.detach().flatten(0, 2), self.embed).argmin(dim=1)
            quantize = F.embedding(ids, self.embed).view_as(input)
            if self.training:
                with torch.no_grad():
                    onehot = F.one_hot(ids, self.embed.shape[0]).type_as(input)
                    self.cluster_size.lerp_(onehot.sum(0), 1 - self.decay)
                    self.embed_avg.mul_(self.decay).add_(onehot.T @ input.flatten(0, 2), alpha=1 - self.decay)
                    n = self.cluster_size.sum()
                    cluster_size = n * (self.cluster_size + self.eps) / (n + self.eps * self.embed.shape[0])
                    self.embed.data.copy_(self.embed_avg / cluster_size[:, None])
            diff = (quantize.detach() - input).pow(2).flatten(1).mean(1)
            return input + (quantize - input).detach(), diff

    class VQVAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(6, 12, 4, 2, 1), nn.ReLU(True), nn.ConvTranspose2d(12, 3, 4, 2, 1)
            )
            self.quantize = Quantize(6, 20)
            self.encoder = nn.Sequential(
                nn.Conv2d(3, 12, 4, 2, 1), nn.ReLU(True), nn.Conv2d(12, 16, 4, 2, 1), nn.ReLU(True), nn.Conv2d(16, 6, 1)
            )

        def forward(self, x):
            quant, diff = self.quantize(self.encoder(x).permute(0, 2, 3, 1))
            return self.decoder(quant.permute(0, 3, 1, 2)), 0.25 * diff

    return VQVAE()
