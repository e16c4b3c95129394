"""ResNet V2 by the builder of keras.applications (three narrow stacks) and a terse torch port with F.* only where it
matters: zeros around the stem before pooling, stride in the last block of a stack, subsampled identity there.
"""

INPUTS = ("40x40x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v2

    def stacks(x):
        x = stack_residual_blocks_v2(x, 8, 2, name="conv2")
        x = stack_residual_blocks_v2(x, 12, 3, name="conv3")
        return stack_residual_blocks_v2(x, 16, 2, stride1=1, name="conv4")

    return ResNet(
        stacks,
        True,
        True,
        include_top=True,
        weights=None,
        input_shape=(40, 40, 3),
        classes=6,
        classifier_activation=None,
        name="resnet_v2",
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class BN(nn.BatchNorm2d):
        def __init__(self, n):
            super().__init__(n, eps=1.001e-5, momentum=0.01)

        def forward(self, x):
            return super().forward(x).clamp(min=0)

    class PreAct(nn.Module):
        def __init__(self, i, w, stride, project):
            super().__init__()
            self.pre = BN(i)
            self.short = nn.Conv2d(i, 4 * w, 1, stride) if project else None
            self.a, self.an = nn.Conv2d(i, w, 1, bias=False), BN(w)
            self.b, self.bn = nn.Conv2d(w, w, 3, stride, 1, bias=False), BN(w)
            self.c = nn.Conv2d(w, 4 * w, 1)
            self.stride = stride

        def forward(self, x):
            p = self.pre(x)
            s = x[..., :: self.stride, :: self.stride] if self.short is None else self.short(p)
            return s + self.c(self.bn(self.b(self.an(self.a(p)))))

    class ResNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 64, 7, 2, 3)
            blocks, i = [], 64
            for w, n, stride in ((8, 2, 2), (12, 3, 2), (16, 2, 1)):
                for k in range(n):
                    last = k == n - 1
                    blocks.append(PreAct(i, w, stride if last else 1, k == 0))
                    i = 4 * w
            self.blocks = nn.ModuleList(blocks)
            self.post, self.fc = BN(i), nn.Linear(i, 6)

        def forward(self, x):
            x = F.max_pool2d(F.pad(self.stem(x), (1, 1, 1, 1)), 3, 2)
            for block in self.blocks:
                x = block(x)
            return self.fc(self.post(x).mean((-2, -1)))

    return ResNetV2()
