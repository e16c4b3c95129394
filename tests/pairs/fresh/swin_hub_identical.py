"""Swin with shifted windows and patch merging: keras-hub (one qkv kernel) against transformers (three projections)."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import SwinTransformerBackbone

    return SwinTransformerBackbone(
        image_shape=(32, 32, 3), embed_dim=8, depths=[2, 2], num_heads=[2, 4], window_size=4, drop_path=0.0
    )


def torch_model():
    from torch import nn
    from transformers import SwinConfig, SwinModel

    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            config = SwinConfig(
                image_size=32, embed_dim=8, depths=[2, 2], num_heads=[2, 4], window_size=4, drop_path_rate=0.0
            )
            self.swin = SwinModel(config, add_pooling_layer=False)

        def forward(self, pixels):
            return self.swin(pixel_values=pixels).last_hidden_state

    return Tokens()
