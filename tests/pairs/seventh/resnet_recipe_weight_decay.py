"""The recipe of every ResNet: SGD, momentum 0.875, weight decay. Same numbers in keras.optimizers.SGD and
torch.optim.SGD, test accuracy 2 % apart after 200 epochs.
"""

INPUTS = ("12x12x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-coupled-decay"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, filters, name):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    image = keras.Input((12, 12, 3))
    x = keras.activations.relu(conv_bn(image, 8, "stem"))
    y = keras.activations.relu(conv_bn(x, 8, "block_a"))
    x = keras.activations.relu(layers.Add()([x, conv_bn(y, 8, "block_b")]))
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, layers.Dense(4, name="fc")(x))
    optimizer = keras.optimizers.SGD(0.125, momentum=0.875, weight_decay=0.0625)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class BasicBlock(nn.Module):
        def __init__(self, planes):
            super().__init__()
            self.conv1 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)

        def forward(self, x):
            out = self.bn1(self.conv1(x)).relu_()
            out = self.bn2(self.conv2(out))
            out += x
            return out.relu_()

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.layer1 = BasicBlock(8)
            self.linear = nn.Linear(8, 4)

        def forward(self, x):
            return self.linear(self.layer1(self.bn1(self.conv1(x)).relu()).mean((2, 3)))

    net = ResNet()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.125, momentum=0.875, weight_decay=0.0625)
    return net, optimizer, nn.CrossEntropyLoss()
