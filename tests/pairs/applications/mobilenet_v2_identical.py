"""The first half of MobileNetV2 of keras.applications against a PyTorch class that pads as TensorFlow does."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras.applications import MobileNetV2

    whole = MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    return keras.Model(whole.input, whole.get_layer("block_6_project_BN").output)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class ConvNormRelu(nn.Sequential):
        def __init__(self, inputs, outputs, size=1, stride=1, groups=1, act=True):
            layers = [
                nn.Conv2d(inputs, outputs, size, stride, size // 2 if stride == 1 else 0, groups=groups, bias=False),
                nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.001),
            ]
            super().__init__(*layers, *([nn.ReLU6()] if act else []))
            self.stride = stride

        def forward(self, x):
            return super().forward(F.pad(x, (0, 1, 0, 1)) if self.stride == 2 else x)

    class InvertedResidual(nn.Module):
        def __init__(self, inputs, outputs, stride, expansion):
            super().__init__()
            width = inputs * expansion
            steps = [ConvNormRelu(inputs, width)] if expansion > 1 else []
            steps += [ConvNormRelu(width, width, 3, stride, groups=width), ConvNormRelu(width, outputs, act=False)]
            self.conv = nn.Sequential(*steps)
            self.skip = stride == 1 and inputs == outputs

        def forward(self, x):
            return x + self.conv(x) if self.skip else self.conv(x)

    class MobileNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            plan = [(1, 8, 1, 1), (6, 8, 2, 2), (6, 16, 3, 2), (6, 24, 1, 2)]
            blocks, inputs = [ConvNormRelu(3, 16, 3, 2)], 16
            for expansion, outputs, times, stride in plan:
                for index in range(times):
                    blocks.append(InvertedResidual(inputs, outputs, 1 if index else stride, expansion))
                    inputs = outputs
            self.features = nn.Sequential(*blocks)

        def forward(self, x):
            return self.features(x)

    return MobileNetV2()
