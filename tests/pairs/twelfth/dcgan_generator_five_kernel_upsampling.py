"""I load the weights of my trained DCGAN generator, kernels of five and strides of two, into the PyTorch version; the
shapes fit, but the generated digits look shifted and blurred compared with those of the original.
"""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up_1", "up_2"],
            "torch": ["net.0.deconv", "net.0", "net.1.deconv", "net.1"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="generator")
    model.add(keras.Input((12,)))
    model.add(layers.Dense(7 * 7 * 16, use_bias=False, name="project"))
    model.add(layers.BatchNormalization(name="project_bn"))
    model.add(layers.ReLU(name="project_relu"))
    model.add(layers.Reshape((7, 7, 16), name="to_image"))
    model.add(layers.Conv2DTranspose(12, 5, strides=1, padding="same", use_bias=False, name="up_0"))
    model.add(layers.BatchNormalization(name="up_0_bn"))
    model.add(layers.ReLU(name="up_0_relu"))
    model.add(layers.Conv2DTranspose(8, 5, strides=2, padding="same", use_bias=False, name="up_1"))
    model.add(layers.BatchNormalization(name="up_1_bn"))
    model.add(layers.ReLU(name="up_1_relu"))
    model.add(layers.Conv2DTranspose(1, 5, strides=2, padding="same", activation="tanh", name="up_2"))
    return model


def torch_model():
    import torch
    from torch import nn

    bn = {"eps": 1e-3, "momentum": 0.01}

    class Up(nn.Module):
        def __init__(self, c_in, c_out, stride, last=False):
            super().__init__()
            # out = (in - 1) * stride - 2 * 2 + 5 + output_padding
            self.deconv = nn.ConvTranspose2d(c_in, c_out, 5, stride, 2, output_padding=stride - 1, bias=last)
            self.bn = None if last else nn.BatchNorm2d(c_out, **bn)

        def forward(self, x):
            x = self.deconv(x)
            return torch.tanh(x) if self.bn is None else torch.relu(self.bn(x))

    class Generator(nn.Module):
        def __init__(self, latent=12):
            super().__init__()
            self.fc = nn.Linear(latent, 7 * 7 * 16, bias=False)
            self.fc_bn = nn.BatchNorm1d(7 * 7 * 16, **bn)
            self.first = Up(16, 12, 1)
            self.net = nn.Sequential(Up(12, 8, 2), Up(8, 1, 2, last=True))

        def forward(self, z):
            x = torch.relu(self.fc_bn(self.fc(z)))
            x = x.view(-1, 7, 7, 16).permute(0, 3, 1, 2)
            return self.net(self.first(x))

    return Generator()
