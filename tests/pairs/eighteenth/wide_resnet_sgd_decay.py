"""Wide residual network for small photographs with the usual recipe, Nesterov momentum 0.9 and weight decay 5e-4; the
PyTorch run ends two per cent above the Keras run although every number of the recipe was taken over.
"""

INPUTS = ("32x32x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-coupled-decay"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def bn_relu(x, name):
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    def conv3(x, width, stride, name):
        x = layers.ZeroPadding2D(1)(x)
        return layers.Conv2D(width, 3, strides=stride, use_bias=False, name=name)(x)

    image = keras.Input((32, 32, 3))
    x = conv3(image, 8, 1, "stem")
    for stage, width in enumerate((16, 24, 32)):
        pre = bn_relu(x, f"s{stage}_a")
        stride = 1 if stage == 0 else 2
        y = conv3(pre, width, stride, f"s{stage}_conv1")
        y = conv3(bn_relu(y, f"s{stage}_b"), width, 1, f"s{stage}_conv2")
        shortcut = layers.Conv2D(width, 1, strides=stride, use_bias=False, name=f"s{stage}_shortcut")(pre)
        x = layers.Add()([y, shortcut])
    x = layers.GlobalAveragePooling2D()(bn_relu(x, "last"))
    model = keras.Model(image, layers.Dense(10, name="classifier")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class WideBasic(nn.Module):
        def __init__(self, in_planes, planes, stride=1):
            super().__init__()
            self.bn1 = nn.BatchNorm2d(in_planes)
            self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
            self.convdim = nn.Conv2d(in_planes, planes, 1, stride=stride, bias=False)

        def forward(self, x):
            o1 = F.relu(self.bn1(x), inplace=True)
            z = self.conv2(F.relu(self.bn2(self.conv1(o1)), inplace=True))
            return z + self.convdim(o1)

    class WideResNet(nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.layers = nn.Sequential(WideBasic(8, 16), WideBasic(16, 24, 2), WideBasic(24, 32, 2))
            self.bn1 = nn.BatchNorm2d(32)
            self.linear = nn.Linear(32, num_classes)

        def forward(self, x):
            out = F.relu(self.bn1(self.layers(self.conv1(x))))
            out = F.avg_pool2d(out, 8)
            return self.linear(out.view(out.size(0), -1))

    model = WideResNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    return model, optimizer, nn.CrossEntropyLoss()
