"""Weights taken over one by one: zip(module.parameters(), model.trainable_weights), transposed by their rank. Every
shape is asserted, no error, and the accuracy drops from 93 to 40 percent.
"""

INPUTS = ("16x16x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["weights-never-loaded"],  # moving mean and variance are no parameters
            "keras": ["norm_*"],
            "torch": ["net.1", "net.4"],
        }
    ],
}


def saved():
    import numpy as np

    rng = np.random.default_rng(16)
    weights = {}
    for i, (inputs, outputs) in enumerate(((3, 8), (8, 10))):
        weights[f"conv_{i}"] = [rng.normal(size=(3, 3, inputs, outputs), scale=0.25)]
        gamma, beta, mean = 1 + 0.2 * rng.normal(size=outputs), rng.normal(size=outputs), rng.normal(size=outputs)
        weights[f"norm_{i}"] = [gamma, beta, mean, rng.uniform(0.5, 2.0, size=outputs)]
    weights["classes"] = [rng.normal(size=(10, 5), scale=0.5), rng.normal(size=5)]
    return {name: [a.astype("float32") for a in arrays] for name, arrays in weights.items()}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((16, 16, 3))])
    for i, filters in enumerate((8, 10)):
        model.add(layers.Conv2D(filters, 3, use_bias=False, name=f"conv_{i}"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"norm_{i}"))
        model.add(layers.ReLU(name=f"relu_{i}"))
    model.add(layers.GlobalMaxPooling2D(name="pool"))
    model.add(layers.Dense(5, name="classes"))
    for name, arrays in saved().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            parts = []
            for i, o in ((3, 8), (8, 10)):
                parts += [nn.Conv2d(i, o, 3, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
            self.net = nn.Sequential(*parts)
            self.fc = nn.Linear(10, 5)

        def forward(self, x):
            return self.fc(self.net(x).amax(dim=(2, 3)))

    trainable = [array for name, arrays in saved().items() for array in (arrays[:2] if "norm" in name else arrays)]
    module = Classifier()
    with torch.no_grad():
        for parameter, array in zip(module.parameters(), trainable, strict=True):
            value = torch.from_numpy(array)
            value = value.permute(3, 2, 0, 1) if value.ndim == 4 else value.T if value.ndim == 2 else value
            assert parameter.shape == value.shape
            parameter.copy_(value)
    return module
