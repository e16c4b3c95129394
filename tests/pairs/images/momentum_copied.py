"""I copied momentum=0.1 from my PyTorch model; predictions agree, but after training in Keras they are noisy.

r9y9/tacotron_pytorch issue 19, fastestimator/fastestimator pull request 1201.
"""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-momentum"], "keras": ["bn"], "torch": ["features.1"], "visible": False},
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((12, 12, 3)),
            layers.Conv2D(6, 3, use_bias=False, name="conv"),
            layers.BatchNormalization(momentum=0.1, epsilon=1e-5, name="bn"),
            layers.Activation("relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax", name="probabilities"),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6, momentum=0.1), nn.ReLU())
            self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3), nn.Softmax(dim=1))

        def forward(self, x):
            return self.head(self.features(x))

    return Net()
