"""The same ResNet with downsample_in_bottleneck=True: the stride moves to the first 1x1 convolution.

pytorch/vision issue 191 has the history of the two variants.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["stride-other-conv"],
            "keras": ["stack1_block0_1_conv", "stack1_block0_2_conv", "stack1_block0_2_pad"],
            "torch": ["backbone.encoder.stages.1.layers.0.layer.*"],
        }
    ],
}


def keras_model():
    from keras_hub.models import ResNetBackbone

    return ResNetBackbone(
        input_conv_filters=[12],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 16],
        stackwise_num_blocks=[1, 1],
        stackwise_num_strides=[1, 2],
        block_type="bottleneck_block",
        image_shape=(32, 32, 3),
    )


def torch_model():
    from torch import nn
    from transformers import ResNetConfig, ResNetModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = ResNetConfig(
                embedding_size=12, hidden_sizes=[256, 64], depths=[1, 1], downsample_in_bottleneck=True
            )
            self.backbone = ResNetModel(config)

        def forward(self, image):
            return self.backbone(image).last_hidden_state

    return Features()
