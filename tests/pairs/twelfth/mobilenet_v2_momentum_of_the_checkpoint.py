"""MobileNetV2 of one library next to MobileNetV2 of the other, both at 0.3 of the full width and with padding as
TensorFlow does it; the PyTorch class took the share of the old statistics for the share of the new.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["*bn*", "*BN*"],
            "torch": ["*normalization"],
            "visible": False,
        }
    ],
}
LIBRARIES = ("keras", "transformers")


def keras_model():
    import keras

    return keras.applications.MobileNetV2(
        input_shape=(32, 32, 3), alpha=0.3, weights=None, classes=10, classifier_activation=None
    )


def torch_model():
    from torch import nn
    from transformers import MobileNetV2Config, MobileNetV2ForImageClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = MobileNetV2Config(
                image_size=32, depth_multiplier=0.3, tf_padding=True, classifier_dropout_prob=0.0, num_labels=10
            )
            self.model = MobileNetV2ForImageClassification(config)

        def forward(self, pixel_values):
            return self.model(pixel_values).logits

    return Classifier()
