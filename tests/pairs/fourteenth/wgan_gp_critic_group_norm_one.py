"""WGAN-GP critic: the paper says layer normalisation instead of batch norm, so Keras has LayerNormalization; in
PyTorch a group norm with one group was recommended since it needs no image size. The critics disagree.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-layer-axes", "norm-axis", "norm-other"],
            "keras": ["ln_*"],
            "torch": ["main.3", "main.6"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(8, 4, strides=2, padding="same", name="conv_1"),
            layers.LeakyReLU(negative_slope=0.2, name="act_1"),
            layers.Conv2D(16, 4, strides=2, padding="same", name="conv_2"),
            layers.LayerNormalization(epsilon=1e-5, name="ln_2"),
            layers.LeakyReLU(negative_slope=0.2, name="act_2"),
            layers.Conv2D(24, 4, strides=2, padding="same", name="conv_3"),
            layers.LayerNormalization(epsilon=1e-5, name="ln_3"),
            layers.LeakyReLU(negative_slope=0.2, name="act_3"),
            layers.Conv2D(1, 4, name="score"),
            layers.Flatten(name="flat"),
        ],
        name="critic",
    )


def torch_model():
    import torch.nn as nn

    class Critic(nn.Module):
        def __init__(self, channels=(8, 16, 24)):
            super().__init__()
            modules = [nn.Conv2d(3, channels[0], 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
            for cin, cout in zip(channels, channels[1:], strict=False):
                modules += [nn.Conv2d(cin, cout, 4, 2, 1), nn.GroupNorm(1, cout), nn.LeakyReLU(0.2, inplace=True)]
            modules.append(nn.Conv2d(channels[-1], 1, 4, 1, 0))
            self.main = nn.Sequential(*modules)

        def forward(self, x):
            return self.main(x).view(-1, 1)

    return Critic()
