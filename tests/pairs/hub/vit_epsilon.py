"""ViT defaults: 1e-6 in keras-hub, 1e-12 in transformers."""

INPUTS = ("16x16x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*vit_encoder", "*tranformer_block_1", "*transformer_block_1*", "*ln_1", "*layer_norm_1"],
            "torch": ["vit.*layernorm_before"],
            "visible": False,
        },
        {
            "rules": ["norm-epsilon"],
            "keras": ["*vit_encoder", "*ln", "*layer_norm"],
            "torch": ["vit.layernorm"],
            "visible": False,
        },
    ],
}


def keras_model():
    from keras_hub.models import ViTBackbone

    return ViTBackbone(image_shape=(16, 16, 3), patch_size=8, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=16)


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
                num_hidden_layers=1,
                num_attention_heads=2,
                intermediate_size=16,
            )
            self.vit = ViTModel(config, add_pooling_layer=False)

        def forward(self, image):
            return self.vit(image).last_hidden_state

    return Features()
