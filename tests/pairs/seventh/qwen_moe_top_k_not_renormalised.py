"""Qwen1.5-MoE: QwenMoeBackbone of keras-hub and Qwen2MoeModel of transformers.

One config says norm_topk_prob, the other leaves it at its default: the routed experts are weighted by what the
softmax gave them, which does not sum to one over the two that were taken.
"""

INPUTS = ("8:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other", "norm-other", "softmax-axis"],
            "keras": ["*transformer_layer_*"],
            "torch": ["lm.layers.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras_hub.models import QwenMoeBackbone

    backbone = QwenMoeBackbone(
        vocabulary_size=21,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
        moe_intermediate_dim=12,
        shared_expert_intermediate_dim=20,
        num_experts=4,
        top_k=2,
        norm_top_k_prob=True,
        rope_max_wavelength=10000,
        layer_norm_epsilon=1e-6,
        tie_word_embeddings=True,
    )
    tokens = keras.Input((8,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import Qwen2MoeConfig, Qwen2MoeModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = Qwen2MoeConfig(
                vocab_size=21,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=32,
                moe_intermediate_size=12,
                shared_expert_intermediate_size=20,
                num_experts=4,
                num_experts_per_tok=2,
                rms_norm_eps=1e-6,
                pad_token_id=None,
                experts_implementation="eager",
            )
            self.lm = Qwen2MoeModel(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).last_hidden_state

    return Decoder()
