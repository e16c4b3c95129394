"""ResNet of keras.applications against transformers' ResNet: strides, biases, epsilon 1.001e-5 and momentum differ.

keras-team/keras-applications issue 159, pytorch/vision issue 1177.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications", "transformers")
TRUTH = {
    "identical": False,
    "first": {
        "keras": ["conv1_conv", "conv1_bn", "conv3_block1_1_conv"],
        "torch": ["backbone.embedder.embedder.*", "backbone.encoder.stages.1.layers.0.layer.*"],
    },
    "causes": [
        {
            "rules": ["bias-before-norm"],
            "keras": ["conv1_conv", "conv1_bn"],
            "torch": ["backbone.embedder.embedder.*"],
            "visible": False,
        },
        {
            "rules": ["norm-epsilon"],
            "keras": ["conv1_bn"],
            "torch": ["backbone.embedder.embedder.normalization"],
            "visible": False,
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["conv1_bn"],
            "torch": ["backbone.embedder.embedder.normalization"],
            "visible": False,
        },
        {
            "rules": ["stride-other-conv"],
            "keras": ["conv3_block1_1_conv", "conv3_block1_2_conv"],
            "torch": ["backbone.encoder.stages.1.layers.0.layer.*"],
        },
    ],
}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

    def stacks(x):
        x = stack_residual_blocks_v1(x, 8, 2, stride1=1, name="conv2")
        return stack_residual_blocks_v1(x, 12, 2, name="conv3")

    return ResNet(stacks, False, True, include_top=False, weights=None, input_shape=(32, 32, 3))


def torch_model():
    from torch import nn
    from transformers import ResNetConfig, ResNetModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = ResNetModel(ResNetConfig(embedding_size=64, hidden_sizes=[32, 48], depths=[2, 2]))

        def forward(self, x):
            return self.backbone(x).last_hidden_state

    return Features()
