"""1D CNN for heart beats: kernels of the Keras model put into PyTorch by reshape to the wanted shape. No error, 20 %.

The dense layers are transposed as everybody says.
"""

INPUTS = ("40x2",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["conv-kernel-order", "reshape-order"], "keras": ["conv_a"], "torch": ["features.0"]},
        {"rules": ["conv-kernel-order", "reshape-order"], "keras": ["conv_b"], "torch": ["features.3"]},
    ],
}


def checkpoint():
    import numpy as np

    rng = np.random.default_rng(360)
    shapes = {
        "conv_a": ((7, 2, 8), (8,)),
        "conv_b": ((5, 8, 12), (12,)),
        "fc": ((12, 16), (16,)),
        "beat": ((16, 5), (5,)),
    }
    return {
        name: [rng.normal(scale=0.3, size=shape).astype("float32") for shape in pair] for name, pair in shapes.items()
    }


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((40, 2)),
            layers.Conv1D(8, 7, activation="relu", name="conv_a"),
            layers.MaxPooling1D(2),
            layers.Conv1D(12, 5, activation="relu", name="conv_b"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(16, activation="relu", name="fc"),
            layers.Dense(5, activation="softmax", name="beat"),
        ]
    )
    for name, arrays in checkpoint().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    from torch import nn

    class BeatNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv1d(2, 8, 7), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 12, 5), nn.ReLU()
            )
            self.classifier = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 5), nn.Softmax(dim=1))

        def forward(self, x):
            return self.classifier(self.features(x).mean(dim=2))

    net, weights = BeatNet(), checkpoint()
    layers = {"conv_a": net.features[0], "conv_b": net.features[3], "fc": net.classifier[0], "beat": net.classifier[2]}
    for name, layer in layers.items():
        kernel, bias = map(torch.from_numpy, weights[name])
        layer.weight.data = kernel.t() if kernel.dim() == 2 else kernel.reshape(layer.weight.shape)
        layer.bias.data = bias
    return net
