"""keras-hub's BERT against transformers, with the form of GELU that keras-hub has."""

INPUTS = ("9:int32", "9:int32", "9:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


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
                    hidden_act="gelu_pytorch_tanh",
                )
            )

        def forward(self, token_ids, segment_ids, padding_mask):
            found = self.bert(token_ids, attention_mask=padding_mask, token_type_ids=segment_ids)
            return {"sequence_output": found.last_hidden_state, "pooled_output": found.pooler_output}

    return Encoder()
