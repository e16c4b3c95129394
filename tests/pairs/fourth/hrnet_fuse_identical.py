"""One stage of HRNet with three branches: every branch is fused into every other, up by nearest, down by strided
convolutions with a ReLU between but not behind. The module of the paper in torch, a dictionary of closures in Keras.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    widths = (8, 12, 16)

    def conv_bn(x, n, k, s, name, relu=False):
        if k == 3:
            x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        x = layers.Conv2D(n, k, s, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x) if relu else x

    def basic(x, name):
        n = x.shape[-1]
        y = conv_bn(conv_bn(x, n, 3, 1, f"{name}_1", relu=True), n, 3, 1, f"{name}_2")
        return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([y, x]))

    def down(i, j):
        def apply(x):
            for k in range(j, i):
                last = k == i - 1
                x = conv_bn(x, widths[i] if last else x.shape[-1], 3, 2, f"fuse{i}{j}_{k - j}", relu=not last)
            return x

        return apply

    def up(i, j):
        def apply(x):
            x = conv_bn(x, widths[i], 1, 1, f"fuse{i}{j}")
            return layers.UpSampling2D(2 ** (j - i), name=f"fuse{i}{j}_up")(x)

        return apply

    fuse = {(i, j): (lambda x: x) if i == j else (up if j > i else down)(i, j) for i in range(3) for j in range(3)}

    images = keras.Input((32, 32, 3))
    x = conv_bn(images, 8, 3, 2, "stem", relu=True)
    branches = [x]
    for i, n in enumerate(widths[1:], 1):
        branches.append(conv_bn(branches[-1], n, 3, 2, f"transition{i}", relu=True))
    branches = [basic(x, f"branch{i}") for i, x in enumerate(branches)]
    fused = []
    for i in range(3):
        parts = [fuse[i, j](branches[j]) for j in range(3)]
        fused.append(layers.ReLU(name=f"fused{i}")(layers.Add(name=f"fused{i}_add")(parts)))
    pooled = [layers.GlobalAveragePooling2D()(x) for x in fused]
    return keras.Model(images, layers.Dense(4, name="classifier")(layers.Concatenate()(pooled)))


def torch_model():
    import torch
    from torch import nn

    def bn(n):
        return nn.BatchNorm2d(n)

    def conv3x3(i, o, stride=1):
        return nn.Conv2d(i, o, kernel_size=3, stride=stride, padding=1, bias=False)

    class BasicBlock(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv1, self.bn1 = conv3x3(n, n), bn(n)
            self.conv2, self.bn2 = conv3x3(n, n), bn(n)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x):
            out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            out += x
            return self.relu(out)

    class HighResolutionModule(nn.Module):
        def __init__(self, widths):
            super().__init__()
            self.branches = nn.ModuleList([BasicBlock(n) for n in widths])
            self.relu = nn.ReLU(False)
            rows = []
            for i in range(len(widths)):
                row = []
                for j in range(len(widths)):
                    if j > i:
                        conv = nn.Conv2d(widths[j], widths[i], 1, bias=False)
                        row.append(nn.Sequential(conv, bn(widths[i]), nn.Upsample(scale_factor=2 ** (j - i))))
                    elif j == i:
                        row.append(None)
                    else:
                        steps = []
                        for k in range(i - j):
                            if k == i - j - 1:
                                steps.append(nn.Sequential(conv3x3(widths[j], widths[i], 2), bn(widths[i])))
                            else:
                                conv = conv3x3(widths[j], widths[j], 2)
                                steps.append(nn.Sequential(conv, bn(widths[j]), nn.ReLU(False)))
                        row.append(nn.Sequential(*steps))
                rows.append(nn.ModuleList(row))
            self.fuse_layers = nn.ModuleList(rows)

        def forward(self, x):
            x = [branch(y) for branch, y in zip(self.branches, x, strict=True)]
            fused = []
            for i, row in enumerate(self.fuse_layers):
                y = x[0] if i == 0 else row[0](x[0])
                for j in range(1, len(x)):
                    y = y + (x[j] if i == j else row[j](x[j]))
                fused.append(self.relu(y))
            return fused

    class HRNet(nn.Module):
        def __init__(self, widths=(8, 12, 16)):
            super().__init__()
            steps = zip((3, *widths), widths, strict=False)
            self.transitions = nn.ModuleList([nn.Sequential(conv3x3(i, o, 2), bn(o), nn.ReLU()) for i, o in steps])
            self.stage = HighResolutionModule(widths)
            self.classifier = nn.Linear(sum(widths), 4)

        def forward(self, x):
            maps = []
            for transition in self.transitions:
                x = transition(x)
                maps.append(x)
            return self.classifier(torch.cat([y.mean((-1, -2)) for y in self.stage(maps)], 1))

    return HRNet()
