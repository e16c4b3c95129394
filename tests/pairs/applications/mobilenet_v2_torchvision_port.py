"""First blocks of MobileNetV2: Keras weights will not do in the layout of torchvision (padding, epsilon, momentum).

huggingface/pytorch-image-models keeps a separate "tf_" family for the same reason.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["same-padding-stride"], "keras": ["Conv1"], "torch": ["0.0"]},
        {"rules": ["norm-epsilon"], "keras": ["bn_Conv1"], "torch": ["0.1"]},
        {"rules": ["norm-momentum"], "keras": ["bn_Conv1"], "torch": ["0.1"], "visible": False},
        {
            "rules": ["same-padding-stride"],
            "keras": ["block_1_pad", "block_1_depthwise"],
            "torch": ["2.conv.1.0"],
        },
    ],
}


def keras_model():
    import keras
    from keras.applications import MobileNetV2

    whole = MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None)
    return keras.Model(whole.input, whole.get_layer("block_2_add").output)


def torch_model():
    from torch_impl.models.mobilenet_v2 import MobileNetV2

    return MobileNetV2().features[:4]
