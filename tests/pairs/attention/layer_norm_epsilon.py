"""LayerNormalization() and nn.LayerNorm() with their defaults, deep in a feed-forward stack."""

INPUTS = ("10",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["layer_normalization"], "torch": ["layers.0.norm"]},
        {"rules": ["norm-epsilon"], "keras": ["layer_normalization_1"], "torch": ["layers.1.norm"]},
        {"rules": ["norm-epsilon"], "keras": ["layer_normalization_2"], "torch": ["layers.2.norm"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((10,))
    for _ in range(3):
        y = layers.LayerNormalization()(x)
        y = layers.Dense(10, activation="silu")(y)
        x = layers.Add()([x, y])
    return keras.Model(inputs, x)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.LayerNorm(10)
            self.linear = nn.Linear(10, 10)

        def forward(self, x):
            return x + F.silu(self.linear(self.norm(x)))

    class Stack(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([Layer() for _ in range(3)])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    return Stack()
