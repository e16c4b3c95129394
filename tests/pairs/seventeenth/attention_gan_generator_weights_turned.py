"""Generator of a self-attention GAN for 16x16 pictures. I ported the attention block from the paper's formula to bmm
calls and the pictures are washed out although every layer before it agrees.
"""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["permute-axes", "wiring-other", "softmax-axis"],
            "keras": ["attention", "attention/*"],
            "torch": ["attn", "attn.*", "bmm*", "softmax*", "matmul*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SelfAttention(layers.Layer):
        def __init__(self, channels, **kwargs):
            super().__init__(**kwargs)
            self.channels = channels
            self.f = layers.Conv2D(channels // 4, 1, name="f")
            self.g = layers.Conv2D(channels // 4, 1, name="g")
            self.h = layers.Conv2D(channels, 1, name="h")

        def build(self, shape):
            for conv in (self.f, self.g, self.h):
                conv.build(shape)
            self.gamma = self.add_weight(name="gamma", shape=(), initializer="zeros")

        def call(self, x):
            _, height, width, _ = x.shape
            keys = ops.reshape(self.f(x), (-1, height * width, self.channels // 4))
            queries = ops.reshape(self.g(x), (-1, height * width, self.channels // 4))
            values = ops.reshape(self.h(x), (-1, height * width, self.channels))
            weights = ops.softmax(ops.matmul(queries, ops.transpose(keys, (0, 2, 1))), axis=-1)
            mixed = ops.matmul(weights, values)
            return self.gamma * ops.reshape(mixed, (-1, height, width, self.channels)) + x

    def up(x, width, name, **kwargs):
        x = layers.Conv2DTranspose(width, 4, use_bias=False, name=name, **kwargs)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    noise = keras.Input((12,))
    x = layers.Reshape((1, 1, 12), name="point")(noise)
    x = up(x, 24, "up_0")
    x = up(x, 16, "up_1", strides=2, padding="same")
    x = SelfAttention(16, name="attention")(x)
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh", name="picture")(x)
    return keras.Model(noise, x)


def torch_model():
    import torch
    from torch import nn

    class SelfAttn(nn.Module):
        def __init__(self, in_dim):
            super().__init__()
            self.query_conv = nn.Conv2d(in_dim, in_dim // 4, 1)
            self.key_conv = nn.Conv2d(in_dim, in_dim // 4, 1)
            self.value_conv = nn.Conv2d(in_dim, in_dim, 1)
            self.gamma = nn.Parameter(torch.zeros(()))
            self.softmax = nn.Softmax(dim=-1)

        def forward(self, x):
            b, c, w, h = x.size()
            q = self.query_conv(x).view(b, -1, w * h).permute(0, 2, 1)
            k = self.key_conv(x).view(b, -1, w * h)
            attention = self.softmax(torch.bmm(q, k))
            v = self.value_conv(x).view(b, -1, w * h)
            out = torch.bmm(v, attention)
            return self.gamma * out.view(b, c, w, h) + x

    class Generator(nn.Module):
        def __init__(self, z_dim=12):
            super().__init__()
            self.l1 = nn.Sequential(nn.ConvTranspose2d(z_dim, 24, 4, bias=False), nn.BatchNorm2d(24), nn.ReLU())
            self.l2 = nn.Sequential(nn.ConvTranspose2d(24, 16, 4, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
            self.attn = SelfAttn(16)
            self.last = nn.Sequential(nn.ConvTranspose2d(16, 3, 4, 2, 1), nn.Tanh())

        def forward(self, z):
            z = z.view(z.size(0), z.size(1), 1, 1)
            return self.last(self.attn(self.l2(self.l1(z))))

    return Generator()
