"""The decoder output is shifted by one pixel against TensorFlow.

pytorch/pytorch issue 80301, daa233/generative-inpainting-pytorch issue 58.
"""

INPUTS = ("6x6x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["transpose-conv-same"], "keras": ["conv2d_transpose"], "torch": ["decoder.0"]},
        {"rules": ["transpose-conv-same"], "keras": ["conv2d_transpose_1"], "torch": ["decoder.2"]},
    ],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((6, 6, 4)),
            layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="sigmoid"),
        ]
    )


def torch_model():
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(4, 8, 3, stride=2, padding=1, output_padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(8, 3, 3, stride=2, padding=1, output_padding=1),
                nn.Sigmoid(),
            )

        def forward(self, x):
            return self.decoder(x)

    return Decoder()
