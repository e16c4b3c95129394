"""Class-conditional image generator, batch norms of 0.8 on both sides as in the two well-known collections of GANs; the
PyTorch images are much paler with the same weights.
"""

INPUTS = ("16", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["norm_*"],
            "torch": ["conv_blocks.1", "conv_blocks.5"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["norm_*"],
            "torch": ["conv_blocks.1", "conv_blocks.5"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    noise = keras.Input((16,), name="noise")
    label = keras.Input((1,), dtype="int32", name="label")
    embedded = layers.Flatten(name="flat_label")(layers.Embedding(10, 16, name="label_embedding")(label))
    x = layers.Multiply(name="mixed")([noise, embedded])
    x = layers.Dense(4 * 4 * 24, activation="relu", name="start")(x)
    x = layers.Reshape((4, 4, 24), name="as_image")(x)
    x = layers.UpSampling2D(name="up_0")(x)
    for i, width in enumerate((24, 12)):
        x = layers.Conv2D(width, 3, padding="same", name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.8, name=f"norm_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
        if i == 0:
            x = layers.UpSampling2D(name="up_1")(x)
    x = layers.Conv2D(3, 3, padding="same", activation="tanh", name="picture")(x)
    return keras.Model([noise, label], x)


def torch_model():
    import torch
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, latent_dim=16, n_classes=10):
            super().__init__()
            self.label_emb = nn.Embedding(n_classes, latent_dim)
            self.init_size = 4
            self.l1 = nn.Linear(latent_dim, 24 * self.init_size**2)
            self.upsample = nn.Upsample(scale_factor=2)
            self.conv_blocks = nn.Sequential(
                nn.Conv2d(24, 24, 3, stride=1, padding=1),
                nn.BatchNorm2d(24, 0.8),
                nn.ReLU(),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(24, 12, 3, stride=1, padding=1),
                nn.BatchNorm2d(12, 0.8),
                nn.ReLU(),
                nn.Conv2d(12, 3, 3, stride=1, padding=1),
                nn.Tanh(),
            )

        def forward(self, noise, labels):
            gen_input = torch.mul(self.label_emb(labels.view(-1)), noise)
            out = torch.relu(self.l1(gen_input))
            out = out.view(-1, self.init_size, self.init_size, 24).permute(0, 3, 1, 2)
            return self.conv_blocks(self.upsample(out))

    return Generator()
