"""ConvNeXt from both zoos with the same four widths: the Keras function without its top and the PyTorch class from a
config in which only the sizes were set.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["layer_normalization*"],
            "torch": ["convnext.layernorm"],
        }
    ],
}
LIBRARIES = ("keras.applications", "transformers")


def keras_model():
    import keras
    from keras.src.applications.convnext import ConvNeXt

    base = ConvNeXt(
        depths=[1, 1, 2, 1],
        projection_dims=[8, 12, 16, 24],
        include_preprocessing=False,
        include_top=False,
        weights=None,
        input_shape=(64, 64, 3),
        pooling="avg",
        name="convnext",
    )
    return keras.Model(base.input, base.output)


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextModel

    class Embedder(nn.Module):
        def __init__(self):
            super().__init__()
            self.convnext = ConvNextModel(ConvNextConfig(hidden_sizes=[8, 12, 16, 24], depths=[1, 1, 2, 1]))

        def forward(self, pixel_values):
            return self.convnext(pixel_values).pooler_output

    return Embedder()
