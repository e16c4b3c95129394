"""Generator of a conditional GAN for small digits: Keras says BatchNormalization(momentum=0.8), so the port says 0.8 as
the second argument of its batch norms too, and the pictures are much paler.
"""

INPUTS = ("16", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*norm_*"],
            "torch": ["model.3", "model.6"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["*norm_*"],
            "torch": ["model.3", "model.6"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import Sequential, layers

    noise, label = keras.Input((16,)), keras.Input((1,), dtype="int32")
    kind = layers.Flatten(name="kind_flat")(layers.Embedding(10, 10, name="kind")(label))
    net = Sequential(name="net")
    net.add(layers.Dense(24, name="dense_0"))
    net.add(layers.LeakyReLU(negative_slope=0.2))
    for n, width in enumerate((32, 48), start=1):
        net.add(layers.Dense(width, name=f"dense_{n}"))
        net.add(layers.BatchNormalization(momentum=0.8, name=f"norm_{n}"))
        net.add(layers.LeakyReLU(negative_slope=0.2))
    net.add(layers.Dense(64, activation="tanh", name="pixels"))
    net.add(layers.Reshape((8, 8, 1)))
    return keras.Model([noise, label], net(layers.Concatenate(name="join")([kind, noise])))


def torch_model():
    import torch
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, n_classes=10, latent_dim=16):
            super().__init__()
            self.label_emb = nn.Embedding(n_classes, n_classes)

            def block(in_feat, out_feat, normalize=True):
                layers = [nn.Linear(in_feat, out_feat)]
                if normalize:
                    layers.append(nn.BatchNorm1d(out_feat, 0.8))
                layers.append(nn.LeakyReLU(0.2, inplace=True))
                return layers

            self.model = nn.Sequential(
                *block(latent_dim + n_classes, 24, normalize=False),
                *block(24, 32),
                *block(32, 48),
                nn.Linear(48, 64),
                nn.Tanh(),
            )

        def forward(self, noise, labels):
            gen_input = torch.cat((self.label_emb(labels.squeeze(1)), noise), -1)
            return self.model(gen_input).view(-1, 1, 8, 8)

    return Generator()
