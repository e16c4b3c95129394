"""Non-local block (embedded Gaussian) in a small CNN. My PyTorch block trains worse than the one in Keras.

Shapes are all right. y comes out as (B, HW, C') and I make an image of it by y.view(b, c, h, w).
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes"],
            "keras": ["nl_image", "nl_y", "nl_out"],
            "torch": ["view*", "reshape*", "contiguous*", "bmm*", "matmul*", "nl", "nl.W*", "nl.out*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def non_local_block(x, channels=12, inner=6):
        height, width = x.shape[1:3]
        theta, phi, g = (
            layers.Reshape((-1, inner), name=f"nl_{name}_flat")(layers.Conv2D(inner, 1, name=f"nl_{name}")(x))
            for name in ("theta", "phi", "g")
        )
        f = layers.Dot(axes=2, name="nl_scores")([theta, phi])
        f = layers.Activation("softmax", name="nl_softmax")(f)
        y = layers.Dot(axes=[2, 1], name="nl_y")([f, g])
        y = layers.Reshape((height, width, inner), name="nl_image")(y)
        y = layers.Conv2D(channels, 1, use_bias=False, name="nl_out")(y)
        y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="nl_bn")(y)
        return layers.Add(name="nl_add")([x, y])

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 3, strides=2, activation="relu", name="stem")(image)
    x = non_local_block(x)
    x = layers.Conv2D(16, 3, activation="relu", name="conv")(x)
    return keras.Model(image, layers.Dense(4, name="head")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch
    from torch import nn

    class NonLocalBlock(nn.Module):
        def __init__(self, in_channels, inter_channels):
            super().__init__()
            self.inter_channels = inter_channels
            self.g = nn.Conv2d(in_channels, inter_channels, 1)
            self.theta = nn.Conv2d(in_channels, inter_channels, 1)
            self.phi = nn.Conv2d(in_channels, inter_channels, 1)
            self.W = nn.Sequential(nn.Conv2d(inter_channels, in_channels, 1, bias=False), nn.BatchNorm2d(in_channels))

        def forward(self, x):
            batch_size = x.size(0)
            g_x = self.g(x).flatten(2).permute(0, 2, 1)
            theta_x = self.theta(x).flatten(2).permute(0, 2, 1)
            phi_x = self.phi(x).flatten(2)
            attention = torch.matmul(theta_x, phi_x).softmax(dim=-1)
            y = torch.matmul(attention, g_x).contiguous()
            y = y.view(batch_size, self.inter_channels, *x.size()[2:])
            return self.W(y) + x

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 12, 3, stride=2), nn.ReLU())
            self.nl = NonLocalBlock(12, 6)
            self.conv = nn.Sequential(nn.Conv2d(12, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
            self.head = nn.Linear(16, 4)

        def forward(self, x):
            return self.head(self.conv(self.nl(self.stem(x))))

    return Net()
