"""keras-hub's ResNet pads with zeros before its max pool, transformers lets the pool pad: equal behind a ReLU."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import ResNetBackbone

    return ResNetBackbone(
        input_conv_filters=[12],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 16],
        stackwise_num_blocks=[1, 2],
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
            self.backbone = ResNetModel(ResNetConfig(embedding_size=12, hidden_sizes=[256, 64], depths=[1, 2]))

        def forward(self, image):
            return self.backbone(image).last_hidden_state

    return Features()
