"""MobileNetV3 block: hard swish in Keras; the port writes nn.SiLU, "the same thing"."""

INPUTS = ("13x13x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["activation-other"], "keras": ["act_last"], "torch": ["last.2", "last"]}],
}


def keras_model():
    import keras
    from keras import layers

    def hard_sigmoid(x):
        return layers.ReLU(6.0)(x + 3.0) * (1.0 / 6.0)

    inputs = keras.Input((13, 13, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False)(inputs)
    x = layers.BatchNormalization(epsilon=0.001, momentum=0.99)(x)
    x = layers.Activation("hard_silu")(x)
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Conv2D(4, 1, activation="relu")(s)
    s = layers.Conv2D(8, 1)(s)
    s = hard_sigmoid(s)
    x = layers.Multiply()([x, s])
    x = layers.Conv2D(12, 1, use_bias=False, name="last_conv")(x)
    x = layers.BatchNormalization(epsilon=0.001, momentum=0.99, name="last_bn")(x)
    x = layers.Activation("hard_swish", name="act_last")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(4)(x))


def torch_model():
    from functools import partial

    from torch import nn

    bn = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)

    class SE(nn.Module):
        def __init__(self, c, s):
            super().__init__()
            self.fc1, self.fc2 = nn.Conv2d(c, s, 1), nn.Conv2d(s, c, 1)
            self.relu, self.gate = nn.ReLU(), nn.Hardsigmoid()

        def forward(self, x):
            s = nn.functional.adaptive_avg_pool2d(x, 1)
            return x * self.gate(self.fc2(self.relu(self.fc1(s))))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), bn(8), nn.Hardswish())
            self.se = SE(8, 4)
            self.last = nn.Sequential(nn.Conv2d(8, 12, 1, bias=False), bn(12), nn.SiLU())
            self.classifier = nn.Linear(12, 4)

        def forward(self, x):
            x = self.last(self.se(self.first(x)))
            return self.classifier(x.flatten(2).mean(-1))

    return Net()
