"""Mistral: rope_theta went from 1e4 (v0.1) to 1e6 (v0.2). The torch config says 1e6, keras-hub's default stayed.

The first token agrees to the last digit, later ones drift away.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "rotary-pairs", "wiring-other", "scale-other"],
            "keras": ["*transformer_layer_*", "*rotary*"],
            "torch": ["lm.model.rotary_emb", "lm.model", "lm.model.layers.*", "*"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import MistralBackbone

    backbone = MistralBackbone(
        vocabulary_size=20,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=32,
        intermediate_dim=40,
        layer_norm_epsilon=1e-5,
        sliding_window=4,
    )
    tokens = keras.Input((9,), dtype="int32", name="tokens")
    hidden = backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)})
    return keras.Model(tokens, backbone.token_embedding(hidden, reverse=True))


def torch_model():
    from torch import nn
    from transformers import MistralConfig, MistralForCausalLM

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            config = MistralConfig(
                vocab_size=20,
                hidden_size=32,
                intermediate_size=40,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                rms_norm_eps=1e-5,
                sliding_window=4,
                rope_parameters={"rope_type": "default", "rope_theta": 1e6},
            )
            self.lm = MistralForCausalLM(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).logits

    return Generator()
