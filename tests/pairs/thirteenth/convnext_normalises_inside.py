"""ConvNeXt with four narrow stages: the builder of keras.applications as it is, and the configuration given to
transformers.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["preprocessing-inside"],
            "keras": ["*prestem_normalization", "convnext_mini_stem*"],
            "torch": ["convnext.embeddings*", "convnext", ""],
        }
    ],
}
LIBRARIES = ("keras.applications", "transformers")


def keras_model():
    from keras.src.applications.convnext import ConvNeXt

    return ConvNeXt(
        depths=[1, 1, 2, 1],
        projection_dims=[8, 12, 16, 24],
        name="convnext_mini",
        weights=None,
        input_shape=(64, 64, 3),
        classes=4,
        classifier_activation=None,
    )


def torch_model():
    from torch import nn
    from transformers import ConvNextConfig, ConvNextForImageClassification

    class Logits(nn.Module):
        def __init__(self, classifier):
            super().__init__()
            self.convnext, self.classifier = classifier.convnext, classifier.classifier

        def forward(self, pixel_values):
            return self.classifier(self.convnext(pixel_values).pooler_output)

    config = ConvNextConfig(
        hidden_sizes=[8, 12, 16, 24], depths=[1, 1, 2, 1], layer_norm_eps=1e-6, drop_path_rate=0.0, num_labels=4
    )
    return Logits(ConvNextForImageClassification(config))
