"""Qwen 2: biases in query, key and value only."""

INPUTS = ("6:int32", "6:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import QwenBackbone

    return QwenBackbone(
        vocabulary_size=19,
        num_layers=1,
        num_query_heads=2,
        num_key_value_heads=1,
        hidden_dim=8,
        intermediate_dim=12,
    )


def torch_model():
    from torch import nn
    from transformers import Qwen2Config, Qwen2Model

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = Qwen2Config(
                vocab_size=19,
                hidden_size=8,
                intermediate_size=12,
                num_hidden_layers=1,
                num_attention_heads=2,
                num_key_value_heads=1,
            )
            self.model = Qwen2Model(config)

        def forward(self, token_ids, padding_mask):
            return self.model(token_ids, attention_mask=padding_mask, use_cache=False).last_hidden_state

    return Decoder()
