"""Siamese network for signatures: one small CNN looks at both pictures, the Euclidean distance of the two embeddings
goes into a single sigmoid unit. In PyTorch the distance comes from the functional of that name.
"""

INPUTS = ("32x32x1", "32x32x1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["distance-epsilon"],
            "keras": ["distance", "same_hand"],
            "torch": ["pairwise_distance*", "sub*", "add*", "norm*", "linalg*", "out", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class EuclideanDistance(layers.Layer):
        def call(self, inputs):
            a, b = inputs
            return ops.sqrt(ops.sum(ops.square(a - b), axis=-1, keepdims=True))

    def embedding_network():
        image = keras.Input((32, 32, 1))
        x = layers.Conv2D(8, 5, activation="relu", name="conv_a")(image)
        x = layers.MaxPooling2D(name="pool_a")(x)
        x = layers.Conv2D(16, 3, activation="relu", name="conv_b")(x)
        x = layers.MaxPooling2D(name="pool_b")(x)
        x = layers.Conv2D(24, 3, activation="relu", name="conv_c")(x)
        x = layers.GlobalAveragePooling2D(name="squeeze")(x)
        x = layers.Dense(16, name="embed")(x)
        return keras.Model(image, x, name="tower")

    left = keras.Input((32, 32, 1), name="left")
    right = keras.Input((32, 32, 1), name="right")
    tower = embedding_network()
    distance = EuclideanDistance(name="distance")([tower(left), tower(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same_hand")(distance))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn1 = nn.Conv2d(1, 8, kernel_size=5)
            self.cnn2 = nn.Conv2d(8, 16, kernel_size=3)
            self.cnn3 = nn.Conv2d(16, 24, kernel_size=3)
            self.fc = nn.Linear(24, 16)
            self.out = nn.Linear(1, 1)

        def forward_once(self, x):
            x = F.max_pool2d(F.relu(self.cnn1(x)), 2)
            x = F.max_pool2d(F.relu(self.cnn2(x)), 2)
            x = F.relu(self.cnn3(x))
            return self.fc(x.mean(dim=(2, 3)))

        def forward(self, input1, input2):
            output1 = self.forward_once(input1)
            output2 = self.forward_once(input2)
            distance = F.pairwise_distance(output1, output2, keepdim=True)
            return torch.sigmoid(self.out(distance))

    return SiameseNetwork()
