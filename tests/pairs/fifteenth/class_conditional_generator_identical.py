"""Generator of a class-conditional GAN: the label's embedding, joined with the noise, sets scale and shift behind every
batch norm. In Keras two dense layers make them, in PyTorch one linear layer that is cut in two.
"""

INPUTS = ("10", "1:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ConditionalNorm(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, center=False, scale=False, name="norm")
            self.gain = layers.Dense(width, use_bias=False, name="gain")
            self.shift = layers.Dense(width, use_bias=False, name="shift")

        def call(self, x, style, training=None):
            gain = 1 + self.gain(style)[:, None, None]
            return self.norm(x, training=training) * gain + self.shift(style)[:, None, None]

    class UpBlock(layers.Layer):
        def __init__(self, width_in, width, **kwargs):
            super().__init__(**kwargs)
            self.first_norm = ConditionalNorm(width_in, name="first_norm")
            self.second_norm = ConditionalNorm(width, name="second_norm")
            self.up = layers.UpSampling2D(2, name="up")
            self.first = layers.Conv2D(width, 3, padding="same", name="first")
            self.second = layers.Conv2D(width, 3, padding="same", name="second")
            self.short = layers.Conv2D(width, 1, name="short")

        def call(self, x, style, training=None):
            y = self.first(self.up(ops.relu(self.first_norm(x, style, training=training))))
            y = self.second(ops.relu(self.second_norm(y, style, training=training)))
            return y + self.short(self.up(x))

    noise = keras.Input((10,), name="noise")
    label = keras.Input((1,), dtype="int32", name="label")
    style = layers.Flatten()(layers.Embedding(6, 8, name="labels")(label))
    style = layers.Concatenate(name="style")([noise, style])
    x = layers.Dense(4 * 4 * 16, name="start")(noise)
    x = layers.Reshape((4, 4, 16))(x)
    x = UpBlock(16, 12, name="block_1")(x, style)
    x = UpBlock(12, 8, name="block_2")(x, style)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="last_norm")(x))
    x = layers.Conv2D(3, 3, padding="same", activation="tanh", name="picture")(x)
    return keras.Model([noise, label], x)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CCBN(nn.Module):
        def __init__(self, channels, cond):
            super().__init__()
            self.bn = nn.BatchNorm2d(channels, affine=False)
            self.embed = nn.Linear(cond, 2 * channels, bias=False)

        def forward(self, x, y):
            gamma, beta = self.embed(y).unsqueeze(-1).unsqueeze(-1).chunk(2, dim=1)
            return (1 + gamma) * self.bn(x) + beta

    class GBlock(nn.Module):
        def __init__(self, cin, cout, cond):
            super().__init__()
            self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
            self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
            self.conv_sc = nn.Conv2d(cin, cout, 1)
            self.bn1, self.bn2 = CCBN(cin, cond), CCBN(cout, cond)

        def forward(self, x, y):
            h = F.interpolate(F.relu(self.bn1(x, y)), scale_factor=2)
            h = self.conv1(h)
            h = self.conv2(F.relu(self.bn2(h, y)))
            return h + self.conv_sc(F.interpolate(x, scale_factor=2))

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.shared = nn.Embedding(6, 8)
            self.linear = nn.Linear(10, 256)
            self.blocks = nn.ModuleList([GBlock(16, 12, 18), GBlock(12, 8, 18)])
            self.output_layer = nn.Sequential(nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1))

        def forward(self, z, y):
            cond = torch.cat([z, self.shared(y.squeeze(1))], 1)
            h = self.linear(z).view(z.size(0), 4, 4, 16).permute(0, 3, 1, 2)
            for block in self.blocks:
                h = block(h, cond)
            return torch.tanh(self.output_layer(h))

    return Generator()
