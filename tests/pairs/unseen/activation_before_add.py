"""Last ReLU of a residual block: after the sum in Keras, before it in PyTorch."""

INPUTS = ("14x14x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # relu(x + f(x)) against x + relu(f(x)); no rule says "activation and sum change places"
            "rules": ["norm-activation-order", "activation-other", "wiring-other", "branch-missing"],
            "keras": ["add", "re_lu_2", "activation_2", "batch_normalization_2"],
            "torch": ["res.add", "res.relu*", "res.act*", "res.bn2", "res"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, n):
        x = layers.Conv2D(n, (3, 3), padding="same", use_bias=False)(x)
        return layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)

    inputs = keras.Input((14, 14, 3))
    x = layers.Activation("relu")(conv_bn(inputs, 8))
    y = layers.Activation("relu")(conv_bn(x, 8))
    y = conv_bn(y, 8)
    x = layers.Activation("relu")(layers.Add()([x, y]))
    x = layers.Conv2D(4, 1)(x)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def torch_model():
    from torch import nn

    class Res(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv1 = nn.Conv2d(n, n, 3, padding="same", bias=False)
            self.bn1 = nn.BatchNorm2d(n)
            self.act1 = nn.ReLU()
            self.conv2 = nn.Conv2d(n, n, 3, padding="same", bias=False)
            self.bn2 = nn.BatchNorm2d(n)
            self.act2 = nn.ReLU()

        def forward(self, x):
            y = self.act1(self.bn1(self.conv1(x)))
            y = self.act2(self.bn2(self.conv2(y)))
            return x + y

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
            self.res = Res(8)
            self.head = nn.Conv2d(8, 4, 1)

        def forward(self, x):
            return self.head(self.res(self.stem(x))).mean(dim=(-2, -1))

    return Net()
