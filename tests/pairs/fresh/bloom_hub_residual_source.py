"""BloomBackbone of keras-hub against BloomModel with apply_residual_connection_post_layernorm=True (bloom-176b's flag
in an old config): the residuals start behind the norms.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position", "branch-missing"],
            "keras": ["*transformer_layer_*"],
            "torch": ["bloom.h.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import BloomBackbone

    backbone = BloomBackbone(vocabulary_size=22, num_layers=2, num_heads=4, hidden_dim=16, intermediate_dim=64)
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import BloomConfig, BloomModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = BloomConfig(
                vocab_size=22, hidden_size=16, n_layer=2, n_head=4, apply_residual_connection_post_layernorm=True
            )
            self.bloom = BloomModel(config)

        def forward(self, tokens):
            return self.bloom(tokens, use_cache=False)[0]

    return Decoder()
