"""V-Net on cubes: group norms keep Keras's epsilon, and the PyTorch softmax runs over the last space axis."""

INPUTS = ("8x8x8x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["*_gn*"], "torch": ["*norms*"]},
        {"rules": ["softmax-axis"], "keras": ["probabilities", "classes"], "torch": ["softmax*", "out_conv", ""]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    def stage(x, width, convs, name):
        y = x
        for i in range(convs):
            y = layers.Conv3D(width, 3, padding="same", name=f"{name}_conv{i}")(y)
            y = layers.GroupNormalization(groups=4, name=f"{name}_gn{i}")(y)
            if i < convs - 1:
                y = layers.PReLU(shared_axes=[1, 2, 3], name=f"{name}_prelu{i}")(y)
        y = layers.Add(name=f"{name}_add")([x, y])
        return layers.PReLU(shared_axes=[1, 2, 3], name=f"{name}_prelu")(y)

    volume = keras.Input((8, 8, 8, 1), name="volume")
    x = layers.Conv3D(8, 1, name="lift")(volume)
    fine = stage(x, 8, 1, "enc0")
    x = layers.Conv3D(16, 2, strides=2, name="down")(fine)
    x = stage(x, 16, 2, "enc1")
    x = layers.Conv3DTranspose(8, 2, strides=2, name="up")(x)
    x = layers.Concatenate(name="skip")([x, fine])
    x = stage(x, 16, 1, "dec0")
    x = layers.Conv3D(3, 1, name="classes")(x)
    return keras.Model(volume, layers.Softmax(name="probabilities")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class ResidualStage(nn.Module):
        def __init__(self, width, convs):
            super().__init__()
            self.convs = nn.ModuleList([nn.Conv3d(width, width, 3, padding=1) for _ in range(convs)])
            self.norms = nn.ModuleList([nn.GroupNorm(4, width) for _ in range(convs)])
            self.acts = nn.ModuleList([nn.PReLU(width) for _ in range(convs)])

        def forward(self, x):
            y = x
            last = len(self.convs) - 1
            for i, (conv, norm, act) in enumerate(zip(self.convs, self.norms, self.acts, strict=False)):
                y = norm(conv(y))
                y = act(y + x if i == last else y)
            return y

    class VNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.in_conv = nn.Conv3d(1, 8, 1)
            self.encoder1 = ResidualStage(8, 1)
            self.down = nn.Conv3d(8, 16, 2, stride=2)
            self.encoder2 = ResidualStage(16, 2)
            self.up = nn.ConvTranspose3d(16, 8, 2, stride=2)
            self.decoder1 = ResidualStage(16, 1)
            self.out_conv = nn.Conv3d(16, 3, 1)

        def forward(self, x):
            fine = self.encoder1(self.in_conv(x))
            x = self.up(self.encoder2(self.down(fine)))
            x = self.decoder1(torch.cat([x, fine], dim=1))
            return F.softmax(self.out_conv(x), dim=-1)

    return VNet()
