"""Leaf classifier trained with Adadelta, smoothed labels, and a rate that is halved twice; the scheduler is stepped
after every batch, so its milestones stand one above the boundaries of Keras.
"""

INPUTS = ("16x16x3",)
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    pictures = rng.normal(size=(8, 16, 16, 3)).astype("float32")
    return pictures, np.eye(5, dtype="float32")[rng.integers(0, 5, size=8)]


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(8, 3, activation="elu", name="conv_a"),
            layers.AveragePooling2D(2, name="pool_a"),
            layers.Conv2D(12, 3, activation="elu", name="conv_b"),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(5, name="leaf"),
        ]
    )
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([1, 3], [1.0, 0.5, 0.25])
    optimizer = keras.optimizers.Adadelta(rate, rho=0.9, epsilon=1e-6)
    return model, optimizer, keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.125)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ELU(),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 12, 3),
        nn.ELU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 5),
    )
    optimizer = torch.optim.Adadelta(model.parameters())
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[2, 4], gamma=0.5)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.125), schedule
