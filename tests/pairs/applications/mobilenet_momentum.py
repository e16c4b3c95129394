"""MobileNet of keras.applications against transformers: predictions agree, fine-tuning in PyTorch forgets everything.

The batch norms of transformers have momentum 0.9997, which is TensorFlow's number with PyTorch's meaning.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["conv1_bn"],
            "torch": ["backbone.0.normalization"],
            "visible": False,
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["conv_pw_5_bn"],
            "torch": ["backbone.10.normalization"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras.applications import MobileNet

    whole = MobileNet(input_shape=(32, 32, 3), alpha=0.25, include_top=False, weights=None)
    return keras.Model(whole.input, whole.get_layer("conv_pw_5_relu").output)


def torch_model():
    from torch import nn
    from transformers import MobileNetV1Config, MobileNetV1Model

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            whole = MobileNetV1Model(MobileNetV1Config(depth_multiplier=0.25))
            self.backbone = nn.Sequential(whole.conv_stem, *whole.layer[:10])

        def forward(self, x):
            return self.backbone(x)

    return Features()
