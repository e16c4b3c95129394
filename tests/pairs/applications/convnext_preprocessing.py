"""ConvNeXt again, as keras.applications builds it by default: it normalises 0-255 pictures inside."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["preprocessing-inside"],
            "keras": ["*prestem_normalization", "*stem*"],
            "torch": ["", "convnext*"],
        }
    ],
}


def keras_model():
    from keras.src.applications.convnext import ConvNeXt

    return ConvNeXt(
        depths=[1, 1, 1, 1],
        projection_dims=[8, 8, 12, 16],
        include_top=False,
        input_shape=(32, 32, 3),
        pooling="avg",
    )


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = ConvNextConfig(hidden_sizes=[8, 8, 12, 16], depths=[1, 1, 1, 1], layer_norm_eps=1e-6)
            self.convnext = ConvNextModel(config)

        def forward(self, x):
            return self.convnext(x).pooler_output

    return Features()
