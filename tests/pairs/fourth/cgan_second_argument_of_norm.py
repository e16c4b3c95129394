"""Conditional GAN: BatchNormalization(momentum=0.8) became nn.BatchNorm2d(c, 0.8) in the code that I copied."""

INPUTS = ("10", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["bn*"], "torch": ["conv_blocks.*", "bn0"]},
        {"rules": ["norm-momentum"], "keras": ["bn*"], "torch": ["conv_blocks.*", "bn0"], "visible": False},
    ],
}


def keras_model():
    import keras
    from keras import layers

    noise = keras.Input((10,), name="a_noise")
    label = keras.Input((1,), dtype="int32", name="b_label")
    condition = layers.Flatten()(layers.Embedding(10, 10, name="label_embedding")(label))
    x = layers.multiply([noise, condition])
    x = layers.Dense(4 * 4 * 12, name="project")(x)
    x = layers.Reshape((4, 4, 12))(x)
    x = layers.BatchNormalization(momentum=0.8, name="bn0")(x)
    for i, width in enumerate((12, 8), start=1):
        x = layers.UpSampling2D(name=f"up{i}")(x)
        x = layers.Conv2D(width, kernel_size=3, padding="same", name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=0.8, name=f"bn{i}")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"leaky{i}")(x)
    x = layers.Conv2D(1, kernel_size=3, padding="same", activation="tanh", name="image")(x)
    return keras.Model([noise, label], x)


def torch_model():
    import torch
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, n_classes=10, latent_dim=10, img_size=16, channels=1):
            super().__init__()
            self.label_emb = nn.Embedding(n_classes, latent_dim)
            self.init_size = img_size // 4
            self.l1 = nn.Linear(latent_dim, 12 * self.init_size**2)
            self.bn0 = nn.BatchNorm2d(12, 0.8)
            self.conv_blocks = nn.Sequential(
                nn.Upsample(scale_factor=2),
                nn.Conv2d(12, 12, 3, stride=1, padding=1),
                nn.BatchNorm2d(12, 0.8),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(12, 8, 3, stride=1, padding=1),
                nn.BatchNorm2d(8, 0.8),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(8, channels, 3, stride=1, padding=1),
                nn.Tanh(),
            )

        def forward(self, noise, labels):
            gen_input = torch.mul(self.label_emb(labels.flatten()), noise)
            out = self.l1(gen_input).view(-1, self.init_size, self.init_size, 12).permute(0, 3, 1, 2)
            return self.conv_blocks(self.bn0(out))

    return Generator()
