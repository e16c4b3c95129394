"""ALBERT: one block used twice on both sides, factorised embedding, pooled output."""

INPUTS = ("6:int32", "6:int32", "6:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import AlbertBackbone

    return AlbertBackbone(
        vocabulary_size=18,
        num_layers=2,
        num_heads=2,
        embedding_dim=4,
        hidden_dim=8,
        intermediate_dim=12,
        max_sequence_length=9,
    )


def torch_model():
    from torch import nn
    from transformers import AlbertConfig, AlbertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = AlbertConfig(
                vocab_size=18,
                embedding_size=4,
                hidden_size=8,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=12,
                max_position_embeddings=9,
                pad_token_id=None,
            )
            self.albert = AlbertModel(config)

        def forward(self, token_ids, segment_ids, padding_mask):
            found = self.albert(token_ids, attention_mask=padding_mask, token_type_ids=segment_ids)
            return {"sequence_output": found.last_hidden_state, "pooled_output": found.pooler_output}

    return Encoder()
