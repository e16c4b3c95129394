"""XLNet, content stream, no padding: keras-hub against transformers. Batches of one sentence agree, larger ones do not.

keras-hub turns its table of relative positions from (2T, B, C) into (B, 2T, C) by a reshape instead of a transpose.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes", "position-table"],
            "keras": ["content_query_embedding*", "xlnet_encoder_*", "*content_query_embedding*", "*xlnet_encoder_*"],
            "torch": ["xlnet.layer.*", "xlnet", "xlnet.dropout"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import XLNetBackbone

    backbone = XLNetBackbone(
        vocabulary_size=20, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=24, dropout=0.0
    )
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    mask = keras.ops.ones_like(tokens)
    found = backbone({"token_ids": tokens, "padding_mask": mask, "segment_ids": keras.ops.zeros_like(tokens)})
    return keras.Model(tokens, found)


def torch_model():
    from torch import nn
    from transformers import XLNetConfig, XLNetModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = XLNetConfig(
                vocab_size=20, d_model=16, n_layer=2, n_head=2, d_inner=24, ff_activation="gelu", dropout=0.0
            )
            self.xlnet = XLNetModel(config)

        def forward(self, tokens):
            return self.xlnet(tokens, token_type_ids=tokens * 0, use_mems=False).last_hidden_state

    return Encoder()
