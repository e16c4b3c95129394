"""A short VGG of keras-hub against the familiar make_layers Sequential of PyTorch."""

INPUTS = ("16x16x3",)
LIBRARIES = ("keras-hub",)
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import VGGBackbone

    return VGGBackbone(stackwise_num_repeats=[1, 2, 2], stackwise_num_filters=[4, 6, 8], image_shape=(16, 16, 3))


def torch_model():
    from torch import nn

    def make_layers(plan):
        layers, channels = [], 3
        for step in plan:
            if step == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [nn.Conv2d(channels, step, kernel_size=3, padding=1), nn.ReLU(inplace=True)]
                channels = step
        return nn.Sequential(*layers)

    class VGG(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = make_layers([4, "M", 6, 6, "M", 8, 8, "M"])

        def forward(self, x):
            return self.features(x)

    return VGG()
