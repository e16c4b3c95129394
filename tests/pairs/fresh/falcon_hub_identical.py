"""FalconBackbone (the rw-1b kind: ALiBi, serial blocks, biases) of keras-hub against transformers."""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}
NO_FILE = "the exporter of PyTorch writes a cast to complex128 in front of ALiBi, which the checker refuses"


def keras_model():
    import keras
    from keras_hub.models import FalconBackbone

    backbone = FalconBackbone(
        vocabulary_size=22, num_layers=2, num_attention_heads=4, hidden_dim=16, intermediate_dim=64
    )
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import FalconConfig, FalconModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = FalconConfig(
                vocab_size=22,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                alibi=True,
                bias=True,
                multi_query=False,
                parallel_attn=False,
                new_decoder_architecture=False,
            )
            self.transformer = FalconModel(config)

        def forward(self, tokens):
            return self.transformer(tokens, use_cache=False).last_hidden_state

    return Decoder()
