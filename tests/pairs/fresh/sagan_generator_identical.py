"""SAGAN generator: residual up blocks, self-attention with a learned gamma, tanh; subclassed Keras against PyTorch."""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SelfAttention(layers.Layer):
        def build(self, shape):
            c = shape[-1]
            self.wf = self.add_weight(shape=(c, c // 4), name="f")
            self.wg = self.add_weight(shape=(c, c // 4), name="g")
            self.wh = self.add_weight(shape=(c, c), name="h")
            self.gamma = self.add_weight(shape=(), initializer="zeros", name="gamma")

        def call(self, x):
            b, h, w, c = ops.shape(x)
            flat = ops.reshape(x, (b, h * w, c))
            f, g, v = flat @ self.wf, flat @ self.wg, flat @ self.wh
            beta = ops.softmax(ops.matmul(g, ops.transpose(f, (0, 2, 1))), axis=-1)
            return x + self.gamma * ops.reshape(ops.matmul(beta, v), (b, h, w, c))

    class UpBlock(layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.bn1 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            self.bn2 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            self.conv1 = layers.Conv2D(filters, 3, padding="same")
            self.conv2 = layers.Conv2D(filters, 3, padding="same")
            self.skip = layers.Conv2D(filters, 1)
            self.up = layers.UpSampling2D(2)

        def call(self, x, training=None):
            y = ops.relu(self.bn1(x, training=training))
            y = self.conv1(self.up(y))
            y = self.conv2(ops.relu(self.bn2(y, training=training)))
            return y + self.skip(self.up(x))

    class Generator(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.fc = layers.Dense(3 * 3 * 16, name="fc")
            self.block1 = UpBlock(12, name="block1")
            self.attention = SelfAttention(name="attention")
            self.block2 = UpBlock(8, name="block2")
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")
            self.to_rgb = layers.Conv2D(3, 3, padding="same", activation="tanh", name="to_rgb")

        def call(self, z, training=None):
            x = ops.reshape(self.fc(z), (-1, 3, 3, 16))
            x = self.attention(self.block1(x, training=training))
            x = self.block2(x, training=training)
            return self.to_rgb(ops.relu(self.bn(x, training=training)))

    return Generator()


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Attn(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.theta = nn.Conv1d(channels, channels // 4, 1, bias=False)
            self.phi = nn.Conv1d(channels, channels // 4, 1, bias=False)
            self.value = nn.Conv1d(channels, channels, 1, bias=False)
            self.gamma = nn.Parameter(torch.tensor(0.0))

        def forward(self, x):
            tokens = x.flatten(2)
            query, key, value = self.theta(tokens), self.phi(tokens), self.value(tokens)
            # rows: keys, columns: queries
            attn = torch.einsum("bcj,bci->bji", key, query).softmax(dim=1)
            return torch.bmm(value, attn).view_as(x) * self.gamma + x

    class GBlock(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.main = nn.Sequential(
                nn.BatchNorm2d(i),
                nn.ReLU(),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(i, o, 3, 1, 1),
                nn.BatchNorm2d(o),
                nn.ReLU(),
                nn.Conv2d(o, o, 3, 1, 1),
            )
            self.shortcut = nn.Conv2d(i, o, 1)

        def forward(self, x):
            # a pointwise convolution may as well run before the resize
            return F.interpolate(self.shortcut(x), scale_factor=2) + self.main(x)

    class Generator(nn.Module):
        def __init__(self, nz=10):
            super().__init__()
            self.linear = nn.Linear(nz, 144)
            self.blocks = nn.ModuleList([GBlock(16, 12), Attn(12), GBlock(12, 8)])
            self.out = nn.Sequential(nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Tanh())

        def forward(self, z):
            h = self.linear(z).view(z.size(0), 3, 3, 16).permute(0, 3, 1, 2).contiguous()
            for block in self.blocks:
                h = block(h)
            return self.out(h)

    return Generator()
