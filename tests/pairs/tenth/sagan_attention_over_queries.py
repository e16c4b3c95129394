"""Generator with self-attention in the middle: the map is f times g with keys in rows, and the PyTorch code takes the
softmax over the last axis all the same, which makes the weights of one key sum to one instead of those of one pixel.
"""

INPUTS = ("16",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["attention", "attention/*"],
            "torch": ["attn", "attn.softmax*", "softmax*", "bmm*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SelfAttention2D(layers.Layer):
        def build(self, shape):
            self.side, self.channels = shape[1:3], shape[-1]
            self.to_q = layers.Conv2D(self.channels // 8, 1, name="to_q")
            self.to_k = layers.Conv2D(self.channels // 8, 1, name="to_k")
            self.to_v = layers.Conv2D(self.channels, 1, name="to_v")
            for part in (self.to_q, self.to_k, self.to_v):
                part.build(shape)
            self.gamma = self.add_weight(shape=(1,), initializer="ones", name="gamma")

        def call(self, x):
            h, w = self.side
            q = ops.reshape(self.to_q(x), (-1, h * w, self.channels // 8))
            k = ops.reshape(self.to_k(x), (-1, h * w, self.channels // 8))
            v = ops.reshape(self.to_v(x), (-1, h * w, self.channels))
            weights = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 2, 1))), axis=-1)
            return x + self.gamma * ops.reshape(ops.matmul(weights, v), (-1, h, w, self.channels))

    def up(x, filters, name):
        x = layers.UpSampling2D(2)(x)
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU()(x)

    noise = keras.Input((16,))
    x = layers.Reshape((1, 1, 16))(noise)
    x = layers.Conv2DTranspose(48, 4, use_bias=False, name="first")(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="first_bn")(x))
    x = up(x, 32, "up1")
    x = SelfAttention2D(name="attention")(x)
    x = up(x, 16, "up2")
    x = layers.Conv2D(3, 3, padding="same", activation="tanh", name="rgb")(x)
    return keras.Model(noise, x)


def torch_model():
    import torch
    from torch import nn

    class SelfAttn(nn.Module):
        def __init__(self, in_dim):
            super().__init__()
            self.f = nn.Conv2d(in_dim, in_dim // 8, 1)
            self.g = nn.Conv2d(in_dim, in_dim // 8, 1)
            self.h = nn.Conv2d(in_dim, in_dim, 1)
            self.gamma = nn.Parameter(torch.ones(1))

        def forward(self, x):
            key, query, value = (conv(x).flatten(2) for conv in (self.f, self.g, self.h))
            energy = torch.bmm(key.transpose(1, 2), query)
            beta = torch.softmax(energy, dim=-1)
            return self.gamma * torch.bmm(value, beta).view_as(x) + x

    def block(c_in, c_out):
        return nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(c_in, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(inplace=True),
        )

    class Generator(nn.Module):
        def __init__(self, z_dim=16):
            super().__init__()
            self.l1 = nn.Sequential(nn.ConvTranspose2d(z_dim, 48, 4, bias=False), nn.BatchNorm2d(48), nn.ReLU())
            self.l2 = block(48, 32)
            self.attn = SelfAttn(32)
            self.l3 = block(32, 16)
            self.last = nn.Sequential(nn.Conv2d(16, 3, 3, padding=1), nn.Tanh())

        def forward(self, z):
            x = self.l2(self.l1(z[:, :, None, None]))
            return self.last(self.l3(self.attn(x)))

    return Generator()
