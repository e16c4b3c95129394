"""Generator that grows digits out of noise; the 0.8 of every batch norm was taken over as its second argument, and the
pictures of the port are pale.
"""

INPUTS = ("20",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["norm0", "norm1"],
            "torch": ["conv_blocks", "conv_blocks.2", "conv_blocks.6"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["norm0", "norm1"],
            "torch": ["conv_blocks", "conv_blocks.2", "conv_blocks.6"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="generator")
    model.add(keras.Input((20,)))
    model.add(layers.Dense(16 * 7 * 7, activation="relu", name="project"))
    model.add(layers.Reshape((7, 7, 16)))
    for i, width in enumerate((16, 8)):
        model.add(layers.UpSampling2D(name=f"up{i}"))
        model.add(layers.Conv2D(width, kernel_size=3, padding="same", name=f"conv{i}"))
        model.add(layers.BatchNormalization(momentum=0.8, name=f"norm{i}"))
        model.add(layers.Activation("relu"))
    model.add(layers.Conv2D(1, kernel_size=3, padding="same", name="picture"))
    model.add(layers.Activation("tanh"))
    return model


def torch_model():
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, latent_dim=20, img_size=28, channels=1):
            super().__init__()
            self.init_size = img_size // 4
            self.l1 = nn.Sequential(nn.Linear(latent_dim, 16 * self.init_size**2), nn.ReLU())
            self.conv_blocks = nn.Sequential(
                nn.Upsample(scale_factor=2),
                nn.Conv2d(16, 16, 3, stride=1, padding=1),
                nn.BatchNorm2d(16, 0.8),
                nn.ReLU(inplace=True),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(16, 8, 3, stride=1, padding=1),
                nn.BatchNorm2d(8, 0.8),
                nn.ReLU(inplace=True),
                nn.Conv2d(8, channels, 3, stride=1, padding=1),
                nn.Tanh(),
            )

        def forward(self, z):
            out = self.l1(z)
            out = out.view(out.shape[0], self.init_size, self.init_size, 16).permute(0, 3, 1, 2)
            return self.conv_blocks(out)

    return Generator()
