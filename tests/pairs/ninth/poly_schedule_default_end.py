"""Poly schedule with power 0.9, as segmentation people use it, here for a small classifier of patches."""

INPUTS = ("12x12x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["polynomial-end", "schedule-other"],  # end_learning_rate=1e-4 unless told otherwise
            "keras": ["learning rate"],
            "torch": ["learning rate"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    patch = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_1")(patch)
    x = layers.MaxPooling2D(name="pool")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="conv_2")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    model = keras.Model(patch, layers.Dense(4, name="logits")(x))
    poly = keras.optimizers.schedules.PolynomialDecay(initial_learning_rate=0.125, decay_steps=32, power=0.9)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, keras.optimizers.SGD(poly), loss


def torch_model():
    from torch import nn, optim

    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 4),
    )
    optimizer = optim.SGD(net.parameters(), lr=0.125)
    scheduler = optim.lr_scheduler.PolynomialLR(optimizer, total_iters=32, power=0.9)
    return net, optimizer, nn.CrossEntropyLoss(), scheduler
