"""OPT: both position tables have 14 rows, transformers begins reading at row 2 and keras-hub at row 0.

huggingface/transformers issue 5285.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset"],
            "keras": ["*embeddings", "*position_embedding", "*embeddings_add"],
            "torch": ["opt.decoder.embed_positions", "opt.decoder"],
        }
    ],
}


def keras_model():
    import keras
    from keras import ops
    from keras_hub.models import OPTBackbone

    backbone = OPTBackbone(
        vocabulary_size=20, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16, max_sequence_length=14
    )
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import OPTConfig, OPTModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = OPTConfig(
                vocab_size=20,
                num_hidden_layers=1,
                num_attention_heads=2,
                hidden_size=8,
                ffn_dim=16,
                max_position_embeddings=12,
                word_embed_proj_dim=8,
                pad_token_id=None,
                use_cache=False,
            )
            self.opt = OPTModel(config)

        def forward(self, tokens):
            return self.opt(tokens).last_hidden_state

    return Decoder()
