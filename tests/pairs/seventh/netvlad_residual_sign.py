"""NetVLAD on CNN features for place recognition. Descriptor distances inside each framework look fine, but the Keras
database does not match queries from PyTorch at all: cosine around -1.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other", "concat-order", "split-order"],
            "keras": ["vlad", "vlad/*", "subtract*", "sum*", "einsum*", "*"],
            "torch": ["vlad", "vlad.*", "sub*", "sum*", "mul*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class NetVLAD(layers.Layer):
        def __init__(self, clusters, **kwargs):
            super().__init__(**kwargs)
            self.clusters = clusters

        def build(self, shape):
            self.assign = layers.Conv2D(self.clusters, 1, name="assign")
            self.assign.build(shape)
            self.centroids = self.add_weight(
                shape=(self.clusters, shape[-1]), initializer="random_normal", name="centroids"
            )

        def call(self, x):
            _, h, w, d = x.shape
            soft = ops.reshape(ops.softmax(self.assign(x), axis=-1), (-1, h * w, self.clusters))
            x = ops.reshape(x, (-1, h * w, d))
            residual = x[:, :, None, :] - self.centroids[None, None]
            vlad = ops.sum(soft[..., None] * residual, axis=1)
            vlad = vlad / ops.sqrt(ops.sum(vlad * vlad, axis=-1, keepdims=True) + 1e-24)
            vlad = ops.reshape(vlad, (-1, self.clusters * d))
            return vlad / ops.sqrt(ops.sum(vlad * vlad, axis=-1, keepdims=True) + 1e-24)

        def compute_output_shape(self, shape):
            return (shape[0], self.clusters * shape[-1])

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, activation="relu", name="conv_a")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(10, 3, name="conv_b")(x)
    return keras.Model(image, NetVLAD(4, name="vlad")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class NetVLAD(nn.Module):
        def __init__(self, num_clusters=4, dim=10):
            super().__init__()
            self.num_clusters = num_clusters
            self.conv = nn.Conv2d(dim, num_clusters, kernel_size=1)
            self.centroids = nn.Parameter(torch.randn(num_clusters, dim))

        def forward(self, x):
            N, C = x.shape[:2]
            soft_assign = F.softmax(self.conv(x).view(N, self.num_clusters, -1), dim=1)
            x_flatten = x.view(N, C, -1)
            vlad = x.new_zeros(N, 0, C)
            for k in range(self.num_clusters):
                residual = self.centroids[k].view(1, C, 1) - x_flatten
                vlad = torch.cat([vlad, (residual * soft_assign[:, k : k + 1]).sum(dim=-1)[:, None]], dim=1)
            vlad = F.normalize(vlad, p=2, dim=2)  # intra-normalisation
            return F.normalize(vlad.view(N, -1), p=2, dim=1)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 10, 3))
            self.vlad = NetVLAD()

        def forward(self, x):
            return self.vlad(self.base(x))

    return Encoder()
