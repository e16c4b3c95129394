"""MNIST-style GAN generator moved to PyTorch: Linear, batch norm, ReLU, and a tanh picture at the end; the batch norm's
momentum of 0.8 was carried over as the second argument.
"""

INPUTS = ("32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["norm_64", "norm_128"],
            "torch": ["model.3", "model.6"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["norm_64", "norm_128"],
            "torch": ["model.3", "model.6"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="generator")
    model.add(keras.Input((32,)))
    model.add(layers.Dense(32, activation="relu", name="project"))
    for width in (64, 128):
        model.add(layers.Dense(width, name=f"dense_{width}"))
        model.add(layers.BatchNormalization(momentum=0.8, name=f"norm_{width}"))
        model.add(layers.ReLU(name=f"relu_{width}"))
    model.add(layers.Dense(12 * 12, activation="tanh", name="pixels"))
    model.add(layers.Reshape((12, 12, 1), name="picture"))
    return model


def torch_model():
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, latent_dim=32, img_shape=(1, 12, 12)):
            super().__init__()
            self.img_shape = img_shape

            def block(in_feat, out_feat, normalize=True):
                layers = [nn.Linear(in_feat, out_feat)]
                if normalize:
                    layers.append(nn.BatchNorm1d(out_feat, 0.8))
                layers.append(nn.ReLU(inplace=True))
                return layers

            self.model = nn.Sequential(
                *block(latent_dim, 32, normalize=False),
                *block(32, 64),
                *block(64, 128),
                nn.Linear(128, 12 * 12),
                nn.Tanh(),
            )

        def forward(self, z):
            return self.model(z).view(z.size(0), *self.img_shape)

    return Generator()
