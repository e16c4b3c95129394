"""The same Keras ResNet against a PyTorch class written for it: stride first, biases, 1.001e-5, momentum 0.01."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

    def stacks(x):
        x = stack_residual_blocks_v1(x, 8, 2, stride1=1, name="conv2")
        return stack_residual_blocks_v1(x, 12, 2, name="conv3")

    return ResNet(stacks, False, True, weights=None, input_shape=(32, 32, 3), classes=5)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def unit(inputs, outputs, size, stride=1):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, size, stride, size // 2), nn.BatchNorm2d(outputs, eps=1.001e-5, momentum=0.01)
        )

    class Bottleneck(nn.Module):
        def __init__(self, inputs, width, stride):
            super().__init__()
            self.a = unit(inputs, width, 1, stride)
            self.b = unit(width, width, 3)
            self.c = unit(width, 4 * width, 1)
            self.shortcut = nn.Identity() if inputs == 4 * width else unit(inputs, 4 * width, 1, stride)

        def forward(self, x):
            y = self.c(F.relu(self.b(F.relu(self.a(x)))))
            return F.relu(y + self.shortcut(x))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = unit(3, 64, 7, 2)
            self.stage2 = nn.Sequential(Bottleneck(64, 8, 1), Bottleneck(32, 8, 1))
            self.stage3 = nn.Sequential(Bottleneck(32, 12, 2), Bottleneck(48, 12, 1))
            self.predictions = nn.Linear(48, 5)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.stem(x)), 3, 2, 1)
            x = self.stage3(self.stage2(x))
            return F.softmax(self.predictions(x.mean(dim=(2, 3))), dim=1)

    return ResNet()
