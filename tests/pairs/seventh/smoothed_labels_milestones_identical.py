"""Label smoothing 1/8 on one-hot labels, rate halved after step 3 and 6: PiecewiseConstantDecay with boundaries [3, 6],
MultiStepLR with milestones [4, 7] (yes, one more). PyTorch gets the one-hot rows as probabilities.
"""

INPUTS = ("10x10x3",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((10, 10, 3))
    x = layers.Conv2D(8, 3, strides=2, name="stem")(image)
    x = layers.GroupNormalization(2, epsilon=1e-5, name="gn")(x)
    x = keras.activations.silu(x)
    x = layers.SeparableConv2D(12, 3, padding="same", activation="tanh", name="sep")(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, layers.Dense(5, name="logits")(x))
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([3, 6], [0.5, 0.25, 0.125])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.125)
    return model, keras.optimizers.SGD(schedule), loss


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2),
        nn.GroupNorm(2, 8),
        nn.SiLU(),
        nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.Conv2d(8, 12, 1), nn.Tanh()),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 5),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[4, 7], gamma=0.5)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.125), scheduler


def training_data():
    import numpy as np

    rng = np.random.default_rng(8)
    return rng.normal(size=(24, 10, 10, 3)).astype("float32"), np.eye(5, dtype="float32")[rng.integers(0, 5, 24)]
