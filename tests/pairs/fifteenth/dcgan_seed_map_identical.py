"""DCGAN generator: in PyTorch the linear layer's output is viewed as channels, height and width; in Keras I reshape to
the same and permute to channels last before the transposed convolutions.
"""

INPUTS = ("16",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="generator")
    model.add(keras.Input((16,)))
    model.add(layers.Dense(24 * 4 * 4, use_bias=False, name="project"))
    model.add(layers.Reshape((24, 4, 4)))
    model.add(layers.Permute((2, 3, 1), name="channels_last"))
    model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn0"))
    model.add(layers.ReLU())
    for i, width in enumerate((16, 8), start=1):
        model.add(layers.Conv2DTranspose(width, 4, strides=2, padding="same", use_bias=False, name=f"up{i}"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn{i}"))
        model.add(layers.ReLU())
    model.add(layers.Conv2DTranspose(3, 3, padding="same", activation="tanh", name="to_rgb"))
    return model


def torch_model():
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, latent_dim=16, ngf=8):
            super().__init__()
            self.l1 = nn.Linear(latent_dim, ngf * 3 * 4 * 4, bias=False)
            self.main = nn.Sequential(
                nn.BatchNorm2d(ngf * 3),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf * 3, ngf * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ngf * 2),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
                nn.BatchNorm2d(ngf),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf, 3, 3, 1, 1),
                nn.Tanh(),
            )

        def forward(self, z):
            return self.main(self.l1(z).view(z.size(0), -1, 4, 4))

    return Generator()
