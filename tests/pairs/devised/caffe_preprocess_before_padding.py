"""Preprocessing and a layer that pads stand in front of the first convolution in Keras, and the port scales nothing."""

INPUTS = ("17x17x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["preprocessing-inside", "data-preprocess-modes"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((17, 17, 3), name="x")
    y = layers.Lambda(keras.applications.resnet50.preprocess_input, name="pre")(x)
    y = layers.ZeroPadding2D(3, name="pad")(y)
    y = layers.Conv2D(8, 7, strides=2, name="conv")(y)
    y = layers.BatchNormalization(name="bn", epsilon=1e-5, momentum=0.9)(y)
    y = layers.Activation("relu", name="act")(y)
    y = layers.GlobalAveragePooling2D(name="pool")(y)
    return keras.Model(x, layers.Dense(4, name="out")(y))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3), nn.BatchNorm2d(8), nn.ReLU())
            self.out = nn.Linear(8, 4)

        def forward(self, x):
            return self.out(self.stem(x).mean((2, 3)))

    return Net()
