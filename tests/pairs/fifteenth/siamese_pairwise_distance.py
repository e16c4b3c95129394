"""Siamese network for signatures: one tower for both pictures, the Euclidean distance of the two codes, and a sigmoid.
Codes are equal in both frameworks, the distances only to five or six digits.
"""

INPUTS = ("20x20x1", "20x20x1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["distance-epsilon"],
            "keras": ["distance", "same_or_not"],
            "torch": ["pairwise_distance*", "classify", "norm*", "sub*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    @keras.saving.register_keras_serializable("signatures")
    class EuclideanDistance(layers.Layer):
        def call(self, left, right):
            return ops.norm(left - right, axis=1, keepdims=True)

    tower = keras.Sequential(
        [
            keras.Input((20, 20, 1)),
            layers.Conv2D(6, 5, activation="relu", name="conv_1"),
            layers.MaxPooling2D(),
            layers.Conv2D(10, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(8, name="code"),
        ],
        name="tower",
    )
    left, right = keras.Input((20, 20, 1), name="left"), keras.Input((20, 20, 1), name="right")
    distance = EuclideanDistance(name="distance")(tower(left), tower(right))
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same_or_not")(distance))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.Conv2d(1, 6, kernel_size=5),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
                nn.Conv2d(6, 10, kernel_size=3),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
                nn.AdaptiveAvgPool2d(1),
            )
            self.fc = nn.Linear(10, 8)
            self.classify = nn.Linear(1, 1)

        def forward_once(self, x):
            return self.fc(torch.flatten(self.cnn(x), 1))

        def forward(self, input1, input2):
            output1, output2 = self.forward_once(input1), self.forward_once(input2)
            distance = F.pairwise_distance(output1, output2, keepdim=True)
            return torch.sigmoid(self.classify(distance))

    return SiameseNetwork()
