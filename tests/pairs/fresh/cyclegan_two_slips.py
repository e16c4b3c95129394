"""CycleGAN generator, Keras example against junyanz: my instance norm has Keras's epsilon, and images are shifted."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["norm_*"], "torch": ["model.*"]},
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up_0"],
            "torch": ["model.9"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    count = iter(range(100))

    def norm(x, filters):
        return layers.GroupNormalization(groups=filters, name=f"norm_{next(count)}")(x)

    def reflect(x, n, name):
        return layers.Lambda(
            lambda t: keras.ops.pad(t, [[0, 0], [n, n], [n, n], [0, 0]], mode="reflect"),
            output_shape=lambda s: (s[0], s[1] + 2 * n, s[2] + 2 * n, s[3]),
            name=name,
        )(x)

    def residual(x, name):
        y = layers.Conv2D(16, 3, name=name + "_conv1")(reflect(x, 1, name + "_pad1"))
        y = layers.ReLU(name=name + "_relu")(norm(y, 16))
        y = layers.Conv2D(16, 3, name=name + "_conv2")(reflect(y, 1, name + "_pad2"))
        return layers.Add(name=name + "_add")([norm(y, 16), x])

    image = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 7, name="stem")(reflect(image, 3, "stem_pad"))
    x = layers.ReLU(name="stem_relu")(norm(x, 8))
    x = layers.ZeroPadding2D(1, name="down_pad")(x)
    x = layers.Conv2D(16, 3, strides=2, name="down")(x)
    x = layers.ReLU(name="down_relu")(norm(x, 16))
    for i in range(2):
        x = residual(x, f"res{i}")
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", name="up_0")(x)
    x = layers.ReLU(name="up_relu")(norm(x, 8))
    x = layers.Conv2D(3, 7, activation="tanh", name="to_rgb")(reflect(x, 3, "last_pad"))
    return keras.Model(image, x)


def torch_model():
    import functools

    from torch import nn

    norm_layer = functools.partial(nn.InstanceNorm2d, affine=True, track_running_stats=False)

    class ResnetBlock(nn.Module):
        def __init__(self, dim):
            super().__init__()
            conv_block = [nn.ReflectionPad2d(1), nn.Conv2d(dim, dim, kernel_size=3, padding=0), norm_layer(dim)]
            conv_block += [nn.ReLU(True)]
            conv_block += [nn.ReflectionPad2d(1), nn.Conv2d(dim, dim, kernel_size=3, padding=0), norm_layer(dim)]
            self.conv_block = nn.Sequential(*conv_block)

        def forward(self, x):
            return x + self.conv_block(x)

    class ResnetGenerator(nn.Module):
        def __init__(self, ngf=8):
            super().__init__()
            model = [nn.ReflectionPad2d(3), nn.Conv2d(3, ngf, kernel_size=7, padding=0), norm_layer(ngf), nn.ReLU(True)]
            model += [nn.Conv2d(ngf, ngf * 2, kernel_size=3, stride=2, padding=1), norm_layer(ngf * 2), nn.ReLU(True)]
            for _ in range(2):
                model += [ResnetBlock(ngf * 2)]
            model += [nn.ConvTranspose2d(ngf * 2, ngf, kernel_size=3, stride=2, padding=1, output_padding=1)]
            model += [norm_layer(ngf), nn.ReLU(True)]
            model += [nn.ReflectionPad2d(3), nn.Conv2d(ngf, 3, kernel_size=7, padding=0), nn.Tanh()]
            self.model = nn.Sequential(*model)

        def forward(self, input):
            return self.model(input)

    return ResnetGenerator()
