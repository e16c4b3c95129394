"""EfficientNet: Keras rescales and normalises inside, transformers passes 0.99 to PyTorch as momentum.

tensorflow/tensorflow issue 48412; tensorflow/hub issue 821.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["preprocessing-inside"],
            "keras": ["rescaling", "normalization", "stem_conv", "stem_conv_pad"],
            "torch": ["", "embeddings*"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["stem_bn"],
            "torch": ["embeddings.batchnorm"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras.src.applications.efficientnet import EfficientNet

    whole = EfficientNet(
        width_coefficient=0.5,
        depth_coefficient=0.1,
        default_size=32,
        include_top=False,
        weights=None,
        input_shape=(32, 32, 3),
        name="efficientnet",
    )
    return keras.Model(whole.input, whole.get_layer("block3a_project_bn").output)


def torch_model():
    from torch import nn
    from transformers import EfficientNetConfig, EfficientNetModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = EfficientNetConfig(
                image_size=32, width_coefficient=0.5, depth_coefficient=0.1, hidden_dim=640, depthwise_padding=[]
            )
            whole = EfficientNetModel(config)
            self.embeddings = whole.embeddings
            self.blocks = whole.encoder.blocks[:3]

        def forward(self, x):
            x = self.embeddings(x)
            for block in self.blocks:
                x = block(x)
            return x

    return Features()
