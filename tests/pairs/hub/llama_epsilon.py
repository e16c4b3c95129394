"""LLaMA 1 has epsilon 1e-6, LLaMA 2 has 1e-5; I took the other number on one side."""

INPUTS = ("8:int32", "8:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-rms-epsilon", "norm-epsilon"],
            "keras": ["*transformer_layer_0", "*transformer_layer_0*self_attention_layernorm"],
            "torch": ["model.layers.0.input_layernorm"],
        },
        {
            "rules": ["norm-rms-epsilon", "norm-epsilon"],
            "keras": ["*sequence_output_layernorm"],
            "torch": ["model.norm"],
        },
    ],
}


def keras_model():
    from keras_hub.models import LlamaBackbone

    return LlamaBackbone(
        tie_word_embeddings=True,
        vocabulary_size=25,
        num_layers=1,
        num_query_heads=2,
        num_key_value_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
    )


def torch_model():
    from torch import nn
    from transformers import LlamaConfig, LlamaModel

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = LlamaConfig(
                vocab_size=25,
                hidden_size=16,
                intermediate_size=24,
                num_hidden_layers=1,
                num_attention_heads=2,
                rms_norm_eps=1e-3,
            )
            self.model = LlamaModel(config)

        def forward(self, token_ids, padding_mask):
            return self.model(token_ids, attention_mask=padding_mask, use_cache=False).last_hidden_state

    return Decoder()
