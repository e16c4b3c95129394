"""Vision transformer of keras-hub against ViTModel, epsilon set alike."""

INPUTS = ("16x16x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import ViTBackbone

    return ViTBackbone(image_shape=(16, 16, 3), patch_size=8, num_layers=2, num_heads=2, hidden_dim=8, mlp_dim=16)


def torch_model():
    from torch import nn
    from transformers import ViTConfig, ViTModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = ViTConfig(
                image_size=16,
                patch_size=8,
                hidden_size=8,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=16,
                layer_norm_eps=1e-6,
            )
            self.vit = ViTModel(config, add_pooling_layer=False)

        def forward(self, image):
            return self.vit(image).last_hidden_state

    return Features()
