"""A small network for volumes: 3-D convolutions and pooling."""

INPUTS = ("8x8x8x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8, 8, 8, 2)),
            layers.Conv3D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling3D(2),
            layers.Conv3D(6, 3),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Conv3d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(4, 6, 3), nn.Flatten(), nn.Linear(48, 3)
    )
