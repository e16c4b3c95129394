"""LeNet on small digits, trained in Keras; its weights were carried over with a transpose of every kernel, and the
PyTorch accuracy is that of a coin with ten sides.
"""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["flatten-order"],
            "keras": ["flatten", "fc1"],
            "torch": ["flatten*", "classifier.0", "classifier.1", "classifier", ""],
        }
    ],
}
OWN_WEIGHTS = True


def trained():
    """What the Keras training left behind, layer by layer."""
    import numpy as np

    rng = np.random.default_rng(5)
    shapes = {"c1": (5, 5, 1, 6), "c2": (3, 3, 6, 10), "fc1": (160, 32), "fc2": (32, 20), "fc3": (20, 10)}
    return {
        name: [
            rng.normal(0, np.prod(shape[:-1]) ** -0.5, shape).astype("float32"),
            rng.normal(0, 0.1, shape[-1]).astype("float32"),
        ]
        for name, shape in shapes.items()
    }


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh", name="c1"),
            layers.AveragePooling2D(2, name="s1"),
            layers.Conv2D(10, 3, padding="same", activation="tanh", name="c2"),
            layers.AveragePooling2D(2, name="s2"),
            layers.Flatten(name="flatten"),
            layers.Dense(32, activation="tanh", name="fc1"),
            layers.Dense(20, activation="tanh", name="fc2"),
            layers.Dense(10, name="fc3"),
        ],
        name="lenet",
    )
    for name, arrays in trained().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    from torch import nn

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(1, 6, 5, padding=2),
                nn.Tanh(),
                nn.AvgPool2d(2),
                nn.Conv2d(6, 10, 3, padding=1),
                nn.Tanh(),
                nn.AvgPool2d(2),
            )
            self.classifier = nn.Sequential(
                nn.Linear(160, 32), nn.Tanh(), nn.Linear(32, 20), nn.Tanh(), nn.Linear(20, 10)
            )

        def forward(self, x):
            return self.classifier(torch.flatten(self.features(x), 1))

    net = LeNet()
    found = trained()
    with torch.no_grad():
        for name, layer in {"c1": net.features[0], "c2": net.features[3]}.items():
            kernel, bias = map(torch.from_numpy, found[name])
            layer.weight.copy_(kernel.permute(3, 2, 0, 1))
            layer.bias.copy_(bias)
        for name, layer in zip(("fc1", "fc2", "fc3"), net.classifier[::2]):
            kernel, bias = map(torch.from_numpy, found[name])
            layer.weight.copy_(kernel.T)
            layer.bias.copy_(bias)
    return net
