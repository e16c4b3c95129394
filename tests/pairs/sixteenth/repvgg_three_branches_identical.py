"""RepVGG as it is trained, before its branches are merged: 3x3, 1x1 and identity, each with a batch norm of its own.
The PyTorch block builds the identity first and adds it last; in Keras a function, with the padding written out.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    def repvgg_block(x, filters, stride, name):
        padded = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        dense = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_3x3")(padded)
        point = layers.Conv2D(filters, 1, strides=stride, use_bias=False, name=f"{name}_1x1")(x)
        branches = [norm(f"{name}_3x3_bn")(dense), norm(f"{name}_1x1_bn")(point)]
        if stride == 1 and x.shape[-1] == filters:
            branches.insert(0, norm(f"{name}_id_bn")(x))
        return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")(branches))

    image = keras.Input((32, 32, 3))
    x = repvgg_block(image, 12, 2, "stage0")
    for stage, (width, depth) in enumerate(((16, 2), (24, 3)), start=1):
        for i in range(depth):
            x = repvgg_block(x, width, 2 if i == 0 else 1, f"stage{stage}_{i}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(10, name="classes")(x))


def torch_model():
    from torch import nn

    def conv_bn(in_channels, out_channels, kernel_size, stride, padding):
        result = nn.Sequential()
        result.add_module(
            "conv", nn.Conv2d(in_channels, out_channels, kernel_size, stride=stride, padding=padding, bias=False)
        )
        result.add_module("bn", nn.BatchNorm2d(out_channels))
        return result

    class RepVGGBlock(nn.Module):
        def __init__(self, in_channels, out_channels, stride=1):
            super().__init__()
            self.nonlinearity = nn.ReLU()
            keeps = out_channels == in_channels and stride == 1
            self.rbr_identity = nn.BatchNorm2d(in_channels) if keeps else None
            self.rbr_dense = conv_bn(in_channels, out_channels, 3, stride, 1)
            self.rbr_1x1 = conv_bn(in_channels, out_channels, 1, stride, 0)

        def forward(self, inputs):
            id_out = 0 if self.rbr_identity is None else self.rbr_identity(inputs)
            return self.nonlinearity(self.rbr_dense(inputs) + self.rbr_1x1(inputs) + id_out)

    class RepVGG(nn.Module):
        def __init__(self, num_blocks=(2, 3), widths=(12, 16, 24), num_classes=10):
            super().__init__()
            self.in_planes = widths[0]
            self.stage0 = RepVGGBlock(3, widths[0], stride=2)
            self.stage1 = self._make_stage(widths[1], num_blocks[0])
            self.stage2 = self._make_stage(widths[2], num_blocks[1])
            self.gap = nn.AdaptiveAvgPool2d(output_size=1)
            self.linear = nn.Linear(widths[2], num_classes)

        def _make_stage(self, planes, num_blocks):
            blocks = []
            for stride in [2] + [1] * (num_blocks - 1):
                blocks.append(RepVGGBlock(self.in_planes, planes, stride=stride))
                self.in_planes = planes
            return nn.Sequential(*blocks)

        def forward(self, x):
            out = self.stage2(self.stage1(self.stage0(x)))
            out = self.gap(out)
            return self.linear(out.view(out.size(0), -1))

    return RepVGG()
