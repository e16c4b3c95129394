"""The ported MobileNet V1 checkpoint with TensorFlow padding; I copied every number of its layers into Keras, the
batch norm's momentum of 0.9997 included. Predictions agree, fine-tuning behaves differently.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["*bn*"],
            "torch": ["*normalization"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def bn_relu6(x, name):
        x = layers.BatchNormalization(momentum=0.9997, epsilon=0.001, name=f"{name}_bn")(x)
        return layers.ReLU(6.0, name=f"{name}_relu6")(x)

    def width(channels):
        return max(int(channels * 0.125), 8)

    inputs = keras.Input((64, 64, 3))
    x = layers.Conv2D(width(32), 3, strides=2, padding="same", use_bias=False, name="stem")(inputs)
    x = bn_relu6(x, "stem")
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for i, (channels, stride) in enumerate(plan):
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"dw_{i}")(x)
        x = bn_relu6(x, f"dw_{i}")
        x = layers.Conv2D(width(channels), 1, use_bias=False, name=f"pw_{i}")(x)
        x = bn_relu6(x, f"pw_{i}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(0.1, name="dropout")(x)
    return keras.Model(inputs, layers.Dense(5, name="logits")(x))


def torch_model():
    from torch import nn
    from transformers import MobileNetV1Config, MobileNetV1ForImageClassification

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            config = MobileNetV1Config(depth_multiplier=0.125, image_size=64, classifier_dropout_prob=0.1, num_labels=5)
            self.backbone = MobileNetV1ForImageClassification(config)

        def forward(self, x):
            return self.backbone(x).logits

    return Logits()
