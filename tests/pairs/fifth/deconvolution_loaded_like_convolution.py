"""Denoising autoencoder with skip connections, all widths 8: Encoder equal, decoder not, although nothing complains.

ConvTranspose2d wants (in, out, h, w), so I swapped the last two numbers of the usual permute(3, 2, 0, 1).
"""

INPUTS = ("16x16x1",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["transpose-conv-kernel"], "keras": ["up_0"], "torch": ["decoder.0"]},
        {"rules": ["transpose-conv-kernel"], "keras": ["up_1"], "torch": ["decoder.1"]},
    ],
}

NAMES = ("enc_0", "enc_1", "up_0", "up_1", "out")


def load():
    import numpy as np

    rng = np.random.default_rng(808)
    shapes = ((3, 3, 1, 8), (3, 3, 8, 8), (2, 2, 8, 8), (2, 2, 8, 8), (3, 3, 8, 1))
    biases = (8, 8, 8, 8, 1)
    return {
        name: (rng.normal(size=shape, scale=0.3).astype("float32"), rng.normal(size=size, scale=0.1).astype("float32"))
        for name, shape, size in zip(NAMES, shapes, biases, strict=True)
    }


def keras_model():
    import keras
    from keras import layers

    noisy = keras.Input((16, 16, 1))
    e0 = layers.Conv2D(8, 3, padding="same", activation="relu", name="enc_0")(noisy)
    p0 = layers.AveragePooling2D(2)(e0)
    e1 = layers.Conv2D(8, 3, padding="same", activation="relu", name="enc_1")(p0)
    x = layers.AveragePooling2D(2)(e1)
    x = layers.Conv2DTranspose(8, 2, strides=2, activation="relu", name="up_0")(x)
    x = layers.Conv2DTranspose(8, 2, strides=2, activation="relu", name="up_1")(layers.add([x, e1]))
    clean = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="out")(layers.add([x, e0]))
    model = keras.Model(noisy, clean)
    for name, arrays in load().items():
        model.get_layer(name).set_weights(arrays)
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.ModuleList([nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)])
            self.decoder = nn.ModuleList([nn.ConvTranspose2d(8, 8, 2, stride=2) for _ in range(2)])
            self.final = nn.Conv2d(8, 1, 3, padding=1)

        def forward(self, x):
            skips = []
            for conv in self.encoder:
                skips.append(F.relu(conv(x)))
                x = F.avg_pool2d(skips[-1], 2)
            for deconv in self.decoder:
                x = F.relu(deconv(x)) + skips.pop()
            return torch.sigmoid(self.final(x))

    model = Denoiser()
    modules = [*model.encoder, *model.decoder, model.final]
    for module, (kernel, bias) in zip(modules, load().values(), strict=True):
        order = (2, 3, 0, 1) if isinstance(module, nn.ConvTranspose2d) else (3, 2, 0, 1)
        module.weight.data.copy_(torch.tensor(kernel).permute(order))
        module.bias.data.copy_(torch.tensor(bias))
    return model
