"""DistilBERT: keras-hub against transformers, mask given, defaults on both sides."""

INPUTS = ("7:int32", "7:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import DistilBertBackbone

    return DistilBertBackbone(
        vocabulary_size=20, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16, max_sequence_length=12
    )


def torch_model():
    from torch import nn
    from transformers import DistilBertConfig, DistilBertModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = DistilBertConfig(
                vocab_size=20,
                n_layers=1,
                n_heads=2,
                dim=8,
                hidden_dim=16,
                max_position_embeddings=12,
                pad_token_id=None,
            )
            self.model = DistilBertModel(config)

        def forward(self, token_ids, padding_mask):
            return self.model(token_ids, attention_mask=padding_mask).last_hidden_state

    return Encoder()
