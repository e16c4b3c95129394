"""SmolLM3 leaves rotary positions out in every fourth layer. keras-hub was given the list of layers the wrong way
round: "layers without RoPE" instead of "layers with". Four layers here, every second is meant.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["positions-missing", "rotary-pairs", "position-table", "wiring-other"],
            "keras": ["*transformer_layer_*"],
            "torch": ["lm.layers.*", "lm.rotary_emb", "lm"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import SmolLM3Backbone

    no_rope_layers = [False, True, False, True]
    backbone = SmolLM3Backbone(
        vocabulary_size=21,
        hidden_dim=16,
        intermediate_dim=24,
        num_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        attention_bias=False,
        attention_dropout=0.0,
        rope_layer_enabled_list=no_rope_layers,
        layer_types=["full_attention"] * 4,
        mlp_bias=False,
        layer_norm_epsilon=1e-6,
        max_position_embeddings=32,
        rope_theta=20000.0,
        partial_rotary_factor=1.0,
    )
    tokens = keras.Input((9,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import SmolLM3Config, SmolLM3Model

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = SmolLM3Config(
                vocab_size=21,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=4,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=32,
                no_rope_layer_interval=2,
                rope_parameters={"rope_type": "default", "rope_theta": 20000.0},
                pad_token_id=None,
                bos_token_id=1,
                eos_token_id=2,
            )
            self.lm = SmolLM3Model(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).last_hidden_state

    return Decoder()
