"""Signature verification with a Siamese network and the contrastive loss, written by hand on both sides: my Keras
labels are 1 for a genuine pair, Hadsell's are 0. The distances agree, the PyTorch model learns the opposite.
"""

INPUTS = ("16x16x1", "16x16x1")
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-other"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    tower = keras.Sequential(name="tower")
    tower.add(layers.Input((16, 16, 1)))
    for filters in (6, 8):
        tower.add(layers.Conv2D(filters, 3, activation="tanh", name=f"conv_{filters}"))
        tower.add(layers.AveragePooling2D(2, name=f"pool_{filters}"))
    tower.add(layers.Flatten(name="flat"))
    tower.add(layers.Dense(10, name="embedding"))

    def euclidean(vectors):
        a, b = vectors
        return ops.sqrt(ops.sum(ops.square(a - b), axis=1, keepdims=True) + 1e-6)

    left, right = keras.Input((16, 16, 1), name="a_left"), keras.Input((16, 16, 1), name="b_right")
    distance = layers.Lambda(euclidean, output_shape=(1,), name="distance")([tower(left), tower(right)])

    def contrastive(y_true, y_pred, margin=1.0):
        return ops.mean(y_true * ops.square(y_pred) + (1 - y_true) * ops.square(ops.maximum(margin - y_pred, 0)))

    return keras.Model([left, right], distance), keras.optimizers.SGD(0.03125), contrastive


def torch_model():
    import torch
    from torch import nn

    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn1 = nn.Sequential(
                nn.Conv2d(1, 6, kernel_size=3), nn.Tanh(), nn.AvgPool2d(2),
                nn.Conv2d(6, 8, kernel_size=3), nn.Tanh(), nn.AvgPool2d(2),
            )  # fmt: skip
            self.fc1 = nn.Linear(8 * 2 * 2, 10)

        def forward_once(self, x):
            output = self.cnn1(x)
            return self.fc1(output.flatten(1))

        def forward(self, input1, input2):
            difference = self.forward_once(input1) - self.forward_once(input2)
            return (difference.pow(2).sum(1, keepdim=True) + 1e-6).sqrt()

    class ContrastiveLoss(nn.Module):
        def __init__(self, margin=1.0):
            super().__init__()
            self.margin = margin

        def forward(self, distance, label):
            same = (1 - label) * distance.pow(2)
            return torch.mean(same + label * torch.clamp(self.margin - distance, min=0.0).pow(2))

    net = SiameseNetwork()
    return net, torch.optim.SGD(net.parameters(), lr=0.03125), ContrastiveLoss()


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    left = rng.normal(size=(24, 16, 16, 1)).astype("float32")
    right = rng.normal(size=(24, 16, 16, 1)).astype("float32")
    same = rng.integers(0, 2, size=(24, 1)).astype("float32")
    right[same[:, 0] == 1] = left[same[:, 0] == 1] + 0.1
    return [left, right], same
