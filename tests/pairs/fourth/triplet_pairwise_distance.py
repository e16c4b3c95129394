"""Triplet network, shared tower, Euclidean distances: in PyTorch F.pairwise_distance, which has an eps of its own."""

INPUTS = ("16x16x1", "16x16x1", "16x16x1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["distance-epsilon", "normalize-epsilon", "wiring-other", "norm-epsilon", "scale-other"],
            "keras": ["*"],
            "torch": ["*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class DistanceLayer(layers.Layer):
        def call(self, anchor, positive, negative):
            ap = ops.sqrt(ops.sum(ops.square(anchor - positive), axis=-1))
            an = ops.sqrt(ops.sum(ops.square(anchor - negative), axis=-1))
            return ap, an

    tower = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(8, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(12, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10, activation="sigmoid"),
        ],
        name="embedding",
    )
    images = [keras.Input((16, 16, 1), name=name) for name in ("a_anchor", "b_positive", "c_negative")]
    distances = DistanceLayer(name="distance")(*[tower(image) for image in images])
    return keras.Model(images, list(distances))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class EmbeddingNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.convnet = nn.Sequential(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 12, 3), nn.ReLU())
            self.fc = nn.Linear(12, 10)

        def forward(self, x):
            return torch.sigmoid(self.fc(self.convnet(x).amax(dim=(2, 3))))

    class TripletNet(nn.Module):
        def __init__(self, embedding_net):
            super().__init__()
            self.embedding_net = embedding_net

        def forward(self, x1, x2, x3):
            a, p, n = self.embedding_net(torch.cat([x1, x2, x3])).chunk(3)
            return F.pairwise_distance(a, p), F.pairwise_distance(a, n)

    return TripletNet(EmbeddingNet())
