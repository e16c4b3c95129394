"""transformers gives every embedding a padding token that gets no gradient; keras-hub trains that row.

huggingface/transformers issue 15292 is about the same argument.
"""

INPUTS = ("7:int32", "7:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["embedding-padding-row"],
            "keras": ["*token_embedding", "*embeddings", "*token_and_position_embedding"],
            "torch": ["model.embeddings.word_embeddings"],
            "visible": False,
        }
    ],
}


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
                vocab_size=20, n_layers=1, n_heads=2, dim=8, hidden_dim=16, max_position_embeddings=12
            )
            self.model = DistilBertModel(config)

        def forward(self, token_ids, padding_mask):
            return self.model(token_ids, attention_mask=padding_mask).last_hidden_state

    return Encoder()
