"""Progressive GAN generator: pixels have mean square 1 in Keras and unit length (F.normalize) in PyTorch."""

INPUTS = ("10",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-other", "scale-other"],
            "keras": ["latent_norm", "*_pn*", "to_features"],
            "torch": ["norm*", "initial*", "blocks.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class PixelNorm(layers.Layer):
        def __init__(self, epsilon=1e-8, **kwargs):
            super().__init__(**kwargs)
            self.epsilon = epsilon

        def call(self, x):
            return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + self.epsilon)

    latent = keras.Input((10,), name="latent")
    x = PixelNorm(name="latent_norm")(latent)
    x = layers.Dense(4 * 4 * 12, name="to_features")(x)
    x = layers.Reshape((12, 4, 4), name="to_map")(x)
    x = layers.Permute((2, 3, 1), name="channels_last")(x)
    x = PixelNorm(name="first_pn")(layers.LeakyReLU(negative_slope=0.2)(x))
    for i, width in enumerate((10, 8)):
        x = layers.UpSampling2D(2, name=f"up{i}")(x)
        for j in range(2):
            x = layers.Conv2D(width, 3, padding="same", name=f"block{i}_conv{j}")(x)
            x = PixelNorm(name=f"block{i}_pn{j}")(layers.LeakyReLU(negative_slope=0.2)(x))
    return keras.Model(latent, layers.Conv2D(3, 1, activation="tanh", name="to_rgb")(x))


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class PixelNorm(nn.Module):
        def forward(self, x):
            return F.normalize(x, dim=1, eps=1e-8)

    class GenBlock(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.conv1 = nn.Conv2d(i, o, 3, padding=1)
            self.conv2 = nn.Conv2d(o, o, 3, padding=1)
            self.leaky = nn.LeakyReLU(0.2)
            self.pn = PixelNorm()

        def forward(self, x):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = self.pn(self.leaky(self.conv1(x)))
            return self.pn(self.leaky(self.conv2(x)))

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = PixelNorm()
            self.initial = nn.Sequential(
                nn.Linear(10, 192), nn.Unflatten(1, (12, 4, 4)), nn.LeakyReLU(0.2), PixelNorm()
            )
            self.blocks = nn.ModuleList([GenBlock(12, 10), GenBlock(10, 8)])
            self.rgb = nn.Conv2d(8, 3, 1)

        def forward(self, z):
            x = self.initial(self.norm(z))
            for block in self.blocks:
                x = block(x)
            return self.rgb(x).tanh()

    return Generator()
