"""Quarter-width MobileNet for thumbnails: the library's own on the Keras side, a stack of conv_bn and conv_dw in
PyTorch with the pixel of padding at the bottom right, and a linear layer where the library has a 1x1 convolution.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.applications import MobileNet

    return MobileNet(input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=10, dropout=0.2)


def torch_model():
    from torch import nn

    def bn(width):
        return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)

    def padded(stride):
        return [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []

    def conv_bn(inp, oup, stride):
        return nn.Sequential(
            *padded(stride), nn.Conv2d(inp, oup, 3, stride, 0, bias=False), bn(oup), nn.ReLU6(inplace=True)
        )

    def conv_dw(inp, oup, stride):
        return nn.Sequential(
            *padded(stride),
            nn.Conv2d(inp, inp, 3, stride, int(stride == 1), groups=inp, bias=False),
            bn(inp),
            nn.ReLU6(inplace=True),
            nn.Conv2d(inp, oup, 1, bias=False),
            bn(oup),
            nn.ReLU6(inplace=True),
        )

    class MobileNetV1(nn.Module):
        def __init__(self, n_classes=10):
            super().__init__()
            plan = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]
            blocks, inp = [conv_bn(3, 8, 2)], 8
            for oup, stride in plan:
                blocks.append(conv_dw(inp, oup, stride))
                inp = oup
            self.model = nn.Sequential(*blocks)
            self.avg = nn.AdaptiveAvgPool2d(1)
            self.drop = nn.Dropout(0.2)
            self.fc = nn.Linear(256, n_classes)

        def forward(self, x):
            x = self.avg(self.model(x)).flatten(1)
            return self.fc(self.drop(x)).softmax(dim=1)

    return MobileNetV1()
