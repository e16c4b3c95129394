"""Siamese network for pairs of signatures, both models without input sizes: a subclassed Keras model that builds itself
on the first call and lazy modules in PyTorch; maps are flattened before the dense layer.
"""

INPUTS = ("16x16x1", "16x16x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Tower(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.embed = layers.Dense(24, activation="sigmoid", name="embed")
            self.convs = [layers.Conv2D(n, 3, activation="relu", name=f"conv_{n}") for n in (6, 10)]
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")
            self.pool = layers.MaxPooling2D(2)
            self.flatten = layers.Flatten()

        def call(self, x, training=False):
            x = self.pool(self.convs[0](x))
            x = self.convs[1](self.bn(x, training=training))
            return self.embed(self.flatten(x))

    class Signatures(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.score = layers.Dense(1, name="score")
            self.tower = Tower(name="tower")

        def call(self, inputs, training=False):
            left, right = inputs
            left, right = self.tower(left, training=training), self.tower(right, training=training)
            return self.score(ops.absolute(left - right))

    return Signatures(name="signatures")


def torch_model():
    from torch import nn

    class SiameseNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.LazyConv2d(6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.LazyBatchNorm2d(), nn.LazyConv2d(10, 3), nn.ReLU()
            )
            self.fc = nn.Sequential(nn.Flatten(), nn.LazyLinear(24), nn.Sigmoid())
            self.out = nn.LazyLinear(1)

        def forward_once(self, x):
            return self.fc(self.cnn(x))

        def forward(self, input1, input2):
            output1, output2 = self.forward_once(input1), self.forward_once(input2)
            return self.out((output2 - output1).abs())

    return SiameseNet()
