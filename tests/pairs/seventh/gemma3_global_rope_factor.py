"""Gemma 3 from transformers into Gemma3Backbone of keras-hub: five local layers, one global.

The 4B model scales the rotary positions of its global layers by 8, the 1B model does not; I took the presets of
both.
"""

INPUTS = ("9:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["rotary-pairs", "position-table", "position-offset", "scale-other", "wiring-other"],
            "keras": ["*decoder_block_5*", "*gemma3*"],
            "torch": ["lm.layers.5*", "lm.rotary_emb", "lm"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import Gemma3Backbone

    backbone = Gemma3Backbone(
        vocabulary_size=23,
        image_size=16,
        num_layers=6,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
        head_dim=6,
        use_post_ffw_norm=True,
        use_post_attention_norm=True,
        use_sliding_window_attention=True,
        sliding_window_size=4,
        global_rope_scaling_factor=8.0,
    )
    tokens = keras.Input((9,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import Gemma3TextConfig, Gemma3TextModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = Gemma3TextConfig(
                vocab_size=23,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=6,
                num_attention_heads=4,
                num_key_value_heads=2,
                head_dim=6,
                query_pre_attn_scalar=6,
                sliding_window=4,
                max_position_embeddings=32,
                rope_parameters={
                    "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                    "full_attention": {"rope_type": "default", "rope_theta": 1000000.0},
                },
                pad_token_id=None,
            )
            self.lm = Gemma3TextModel(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).last_hidden_state

    return Decoder()
