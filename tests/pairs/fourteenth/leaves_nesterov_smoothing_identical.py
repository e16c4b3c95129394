"""Leaf diseases: a small group-normalised CNN, trained with Nesterov momentum and smoothed labels. I replaced the
Keras training by a PyTorch loop with one-hot targets and would like to know that each step is the same.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}
TRAINS = True


def training_data():
    import numpy as np

    random = np.random.default_rng(11)
    x = random.normal(size=(32, 16, 16, 3)).astype("float32")
    return x, np.eye(5, dtype="float32")[random.integers(0, 5, 32)]


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(8, 3, padding="same", name="conv_a"),
            layers.GroupNormalization(groups=4, epsilon=1e-5, name="gn_a"),
            layers.Activation("silu"),
            layers.AveragePooling2D(2),
            layers.Conv2D(12, 3, padding="same", name="conv_b"),
            layers.GroupNormalization(groups=4, epsilon=1e-5, name="gn_b"),
            layers.Activation("silu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, name="logits"),
        ]
    )
    optimizer = keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Sequential):
        def __init__(self, cin, cout):
            super().__init__(nn.Conv2d(cin, cout, 3, padding="same"), nn.GroupNorm(4, cout), nn.SiLU())

    net = nn.Sequential(
        Block(3, 8),
        nn.AvgPool2d(2),
        Block(8, 12),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 5),
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    return net, optimizer, nn.CrossEntropyLoss(label_smoothing=0.1)
