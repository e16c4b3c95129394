"""DCGAN generator of the digits course: my PyTorch version gives the same 28x28 pictures in size, but every digit
seems to sit a pixel away from where the Keras generator puts it.
"""

INPUTS = ("32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up_to_14", "up_to_28"],
            "torch": ["main.3", "main.6"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="generator")
    model.add(keras.Input((32,)))
    model.add(layers.Dense(7 * 7 * 16, use_bias=False, name="project"))
    model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="project_bn"))
    model.add(layers.ReLU(name="project_relu"))
    model.add(layers.Reshape((7, 7, 16), name="to_map"))

    model.add(layers.Conv2DTranspose(12, 5, strides=1, padding="same", use_bias=False, name="refine_7"))
    model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="refine_7_bn"))
    model.add(layers.ReLU(name="refine_7_relu"))

    model.add(layers.Conv2DTranspose(8, 5, strides=2, padding="same", use_bias=False, name="up_to_14"))
    model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="up_to_14_bn"))
    model.add(layers.ReLU(name="up_to_14_relu"))

    model.add(
        layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh", name="up_to_28")
    )
    return model


def torch_model():
    from torch import nn

    class Generator(nn.Module):
        def __init__(self, nz=32, ngf=8):
            super().__init__()
            self.fc = nn.Linear(nz, 7 * 7 * ngf * 2, bias=False)
            self.fc_bn = nn.BatchNorm1d(7 * 7 * ngf * 2)
            self.main = nn.Sequential(
                nn.ConvTranspose2d(ngf * 2, 12, 5, stride=1, padding=2, bias=False),
                nn.BatchNorm2d(12),
                nn.ReLU(True),
                nn.ConvTranspose2d(12, ngf, 5, stride=2, padding=2, output_padding=1, bias=False),
                nn.BatchNorm2d(ngf),
                nn.ReLU(True),
                nn.ConvTranspose2d(ngf, 1, 5, stride=2, padding=2, output_padding=1, bias=False),
                nn.Tanh(),
            )

        def forward(self, z):
            x = self.fc_bn(self.fc(z)).relu()
            x = x.view(z.size(0), 7, 7, -1).permute(0, 3, 1, 2).contiguous()
            return self.main(x)

    return Generator()
