"""FSRCNN times four: Conv2DTranspose(9, strides=4, "same") against padding=4 with output_padding; it looks shifted."""

INPUTS = ("10x10x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["deconv"],
            "torch": ["last_part"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def act(x):
        return layers.PReLU(shared_axes=[1, 2])(x)

    low = keras.Input((10, 10, 1))
    x = act(layers.Conv2D(12, 5, padding="same", name="feature_extraction")(low))
    x = act(layers.Conv2D(6, 1, padding="same", name="shrinking")(x))
    for i in range(2):
        x = act(layers.Conv2D(6, 3, padding="same", name=f"mapping_{i}")(x))
    x = act(layers.Conv2D(12, 1, padding="same", name="expanding")(x))
    high = layers.Conv2DTranspose(1, 9, strides=4, padding="same", name="deconv")(x)
    return keras.Model(low, high, name="fsrcnn")


def torch_model():
    from torch import nn

    class FSRCNN(nn.Module):
        def __init__(self, scale_factor=4, num_channels=1, d=12, s=6, m=2):
            super().__init__()
            self.first_part = nn.Sequential(nn.Conv2d(num_channels, d, kernel_size=5, padding=5 // 2), nn.PReLU(d))
            mid_part = [nn.Conv2d(d, s, kernel_size=1), nn.PReLU(s)]
            for _ in range(m):
                mid_part.extend([nn.Conv2d(s, s, kernel_size=3, padding=3 // 2), nn.PReLU(s)])
            mid_part.extend([nn.Conv2d(s, d, kernel_size=1), nn.PReLU(d)])
            self.mid_part = nn.Sequential(*mid_part)
            self.last_part = nn.ConvTranspose2d(
                d, num_channels, kernel_size=9, stride=scale_factor, padding=9 // 2, output_padding=scale_factor - 1
            )

        def forward(self, x):
            return self.last_part(self.mid_part(self.first_part(x)))

    return FSRCNN()
