"""BertBackbone of keras-hub against BertModel of transformers, both as configured out of the box.

keras-hub uses the tanh form of GELU, transformers the exact one: the last digits differ, also for pretrained weights.
"""

INPUTS = ("9:int32", "9:int32", "9:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gelu-form"],
            "keras": ["*transformer_layer_0", "*transformer_layer_0*feedforward_intermediate_dense"],
            "torch": ["bert.encoder.layer.0.intermediate*"],
        },
        {
            "rules": ["gelu-form"],
            "keras": ["*transformer_layer_1", "*transformer_layer_1*feedforward_intermediate_dense"],
            "torch": ["bert.encoder.layer.1.intermediate*"],
        },
    ],
}


def keras_model():
    from keras_hub.models import BertBackbone

    return BertBackbone(
        vocabulary_size=30,
        num_layers=2,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=12,
        max_sequence_length=10,
    )


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = BertModel(
                BertConfig(
                    vocab_size=30,
                    hidden_size=8,
                    num_hidden_layers=2,
                    num_attention_heads=2,
                    intermediate_size=12,
                    max_position_embeddings=10,
                    pad_token_id=None,
                )
            )

        def forward(self, token_ids, segment_ids, padding_mask):
            found = self.bert(token_ids, attention_mask=padding_mask, token_type_ids=segment_ids)
            return {"sequence_output": found.last_hidden_state, "pooled_output": found.pooler_output}

    return Encoder()
