"""Phi-3 logits: Phi3CausalLM's backbone and reverse embedding against Phi3ForCausalLM, all numbers but one copied.

layer_norm_epsilon is 1e-6 in keras-hub by default, rms_norm_eps 1e-5 in transformers.
"""

INPUTS = ("7:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-rms-epsilon", "norm-epsilon"],
            "keras": ["*transformer_layer_*", "*sequence_output_layernorm"],
            "torch": ["lm.model.layers.*layernorm", "lm.model.norm"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import Phi3Backbone

    backbone = Phi3Backbone(
        vocabulary_size=19,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
    )
    tokens = keras.Input((7,), dtype="int32", name="tokens")
    hidden = backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)})
    return keras.Model(tokens, backbone.token_embedding(hidden, reverse=True))


def torch_model():
    from torch import nn
    from transformers import Phi3Config, Phi3ForCausalLM

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            config = Phi3Config(
                vocab_size=19,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                pad_token_id=None,
                bos_token_id=1,
                eos_token_id=2,
            )
            self.lm = Phi3ForCausalLM(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).logits

    return Generator()
