"""Two convolutions of half of the channels each in Keras, one with two groups in PyTorch."""

INPUTS = ("8x8x6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((8, 8, 6))
    a, b = ops.split(x, 2, axis=-1)
    y = layers.Concatenate()(
        [layers.Conv2D(4, 3, padding="same", name="c0")(a), layers.Conv2D(4, 3, padding="same", name="c1")(b)]
    )
    y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")(y)
    return keras.Model(x, layers.Dense(2, name="o")(layers.GlobalAveragePooling2D()(y)))


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(6, 8, 3, padding=1, groups=2),
        nn.BatchNorm2d(8),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 2),
    )
