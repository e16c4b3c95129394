"""The same pair with tf_padding=False: every stride-2 convolution looks at other pixels."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["conv1"],
            "torch": ["stem", "stem.convolution"],
        },
        {
            "rules": ["same-padding-stride"],
            "keras": ["conv_pad_2", "conv_dw_2"],
            "torch": ["layers.2", "layers.2.convolution"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["conv1_bn"],
            "torch": ["stem.normalization"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras.applications import MobileNet

    whole = MobileNet(input_shape=(32, 32, 3), alpha=0.25, include_top=False, weights=None)
    return keras.Model(whole.input, whole.get_layer("conv_pw_3_relu").output)


def torch_model():
    from torch import nn
    from transformers import MobileNetV1Config, MobileNetV1Model

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            whole = MobileNetV1Model(MobileNetV1Config(depth_multiplier=0.25, tf_padding=False))
            self.stem = whole.conv_stem
            self.layers = whole.layer[:6]

        def forward(self, x):
            x = self.stem(x)
            for layer in self.layers:
                x = layer(x)
            return x

    return Features()
