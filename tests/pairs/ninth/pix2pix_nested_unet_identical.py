"""pix2pix generator: UnetSkipConnectionBlock in PyTorch, one inside the other, whose first LeakyReLU works in place on
what is joined later; in Keras two loops, and the ReLU stands behind the join.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def bn(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)(x)

    widths = (8, 12, 16, 16)
    x = image = keras.Input((32, 32, 3))
    skips = []
    for i, width in enumerate(widths):
        if i:
            x = layers.LeakyReLU(negative_slope=0.2)(x)
        x = layers.Conv2D(width, 4, strides=2, padding="same", use_bias=False, name=f"down_{i}")(x)
        if 0 < i < len(widths) - 1:
            x = bn(x, f"down_{i}_bn")
        skips.append(x)
    skips.pop()
    for i, width in enumerate(reversed(widths[:-1])):
        x = layers.ReLU()(x)
        x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", use_bias=False, name=f"up_{i}")(x)
        x = layers.Concatenate(name=f"join_{i}")([skips.pop(), bn(x, f"up_{i}_bn")])
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="picture")(layers.ReLU()(x))
    return keras.Model(image, layers.Activation("tanh")(x))


def torch_model():
    import torch
    from torch import nn

    class UnetSkipConnectionBlock(nn.Module):
        def __init__(self, outer_nc, inner_nc, input_nc=None, submodule=None, outermost=False, innermost=False):
            super().__init__()
            self.outermost = outermost
            downconv = nn.Conv2d(input_nc or outer_nc, inner_nc, 4, stride=2, padding=1, bias=False)
            downrelu, uprelu = nn.LeakyReLU(0.2, True), nn.ReLU(True)
            downnorm, upnorm = nn.BatchNorm2d(inner_nc), nn.BatchNorm2d(outer_nc)
            width = inner_nc if innermost else inner_nc * 2
            upconv = nn.ConvTranspose2d(width, outer_nc, 4, stride=2, padding=1, bias=outermost)
            if outermost:
                model = [downconv, submodule, uprelu, upconv, nn.Tanh()]
            elif innermost:
                model = [downrelu, downconv, uprelu, upconv, upnorm]
            else:
                model = [downrelu, downconv, downnorm, submodule, uprelu, upconv, upnorm]
            self.model = nn.Sequential(*model)

        def forward(self, x):
            if self.outermost:
                return self.model(x)
            return torch.cat([x, self.model(x)], 1)

    class UnetGenerator(nn.Module):
        def __init__(self):
            super().__init__()
            block = UnetSkipConnectionBlock(16, 16, innermost=True)
            block = UnetSkipConnectionBlock(12, 16, submodule=block)
            block = UnetSkipConnectionBlock(8, 12, submodule=block)
            self.model = UnetSkipConnectionBlock(3, 8, submodule=block, outermost=True)

        def forward(self, input):
            return self.model(input)

    return UnetGenerator()
