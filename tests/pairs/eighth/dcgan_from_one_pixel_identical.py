"""DCGAN generator of the PyTorch tutorial, narrower; Keras starts at one pixel with a valid transposed convolution."""

INPUTS = ("16",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Generator(keras.Model):
        def __init__(self, widths=(24, 16, 8), channels=3):
            super().__init__()
            self.start = layers.Reshape((1, 1, 16))
            self.deconvs, self.norms = [], []
            for i, width in enumerate(widths):
                how = dict(strides=1, padding="valid") if i == 0 else dict(strides=2, padding="same")
                self.deconvs.append(layers.Conv2DTranspose(width, 4, use_bias=False, **how))
                self.norms.append(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
            self.paint = layers.Conv2DTranspose(channels, 4, strides=2, padding="same", use_bias=False)

        def call(self, z, training=False):
            x = self.start(z)
            for deconv, norm in zip(self.deconvs, self.norms):
                x = keras.ops.relu(norm(deconv(x), training=training))
            return keras.ops.tanh(self.paint(x))

    return Generator()


def torch_model():
    from torch import nn

    nz, ngf, nc = 16, 8, 3

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                nn.ConvTranspose2d(nz, ngf * 3, 4, 1, 0, bias=False),
                nn.BatchNorm2d(ngf * 3),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf * 3, ngf * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ngf * 2),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ngf),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False),
                nn.Tanh(),
            )

        def forward(self, noise):
            return self.main(noise[:, :, None, None])

    return Generator()
