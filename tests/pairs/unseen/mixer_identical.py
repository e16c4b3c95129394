"""MLP-Mixer: Permute around the token MLP in Keras, transpose in PyTorch; patches by a strided convolution."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def mlp(x, hidden):
        width = x.shape[-1]
        x = layers.Dense(hidden)(x)
        x = layers.Activation("gelu")(x)
        return layers.Dense(width)(x)

    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(10, 4, strides=4)(image)
    x = layers.Reshape((9, 10))(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        y = layers.Permute((2, 1))(y)
        y = mlp(y, 7)
        y = layers.Permute((2, 1))(y)
        x = layers.Add()([x, y])
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        x = layers.Add()([x, mlp(y, 15)])
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(image, layers.Dense(4)(x))


def torch_model():
    from torch import nn

    class MixerBlock(nn.Module):
        def __init__(self, patches, dim, token_dim, channel_dim):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim)
            self.token_mix = nn.Sequential(nn.Linear(patches, token_dim), nn.GELU(), nn.Linear(token_dim, patches))
            self.norm2 = nn.LayerNorm(dim)
            self.channel_mix = nn.Sequential(nn.Linear(dim, channel_dim), nn.GELU(), nn.Linear(channel_dim, dim))

        def forward(self, x):
            x = x + self.token_mix(self.norm1(x).transpose(1, 2)).transpose(1, 2)
            return x + self.channel_mix(self.norm2(x))

    class Mixer(nn.Module):
        def __init__(self):
            super().__init__()
            self.to_patch_embedding = nn.Conv2d(3, 10, 4, 4)
            self.blocks = nn.ModuleList([MixerBlock(9, 10, 7, 15) for _ in range(2)])
            self.norm = nn.LayerNorm(10)
            self.head = nn.Linear(10, 4)

        def forward(self, x):
            x = self.to_patch_embedding(x).flatten(2).transpose(1, 2)
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x).mean(dim=1))

    return Mixer()
