"""ElectraBackbone of keras-hub against ElectraModel of transformers, both out of the box.

keras-hub has the tanh form of GELU; the padding token of transformers gets no gradient. The pooler, which transformers
lacks, was added by hand.
"""

INPUTS = ("9:int32", "9:int32", "9:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["embedding-padding-row"],
            "keras": ["*token_embedding"],
            "torch": ["electra.embeddings.word_embeddings"],
            "visible": False,
        },
        {
            "rules": ["gelu-form"],
            "keras": ["*transformer_layer_*"],
            "torch": ["electra.encoder.layer.*.intermediate*"],
        },
    ],
}


def keras_model():
    import keras
    from keras_hub.models import ElectraBackbone

    backbone = ElectraBackbone(
        vocab_size=24,
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        embedding_dim=8,
        intermediate_dim=20,
        max_sequence_length=12,
        dropout=0.0,
    )
    names = ["token_ids", "segment_ids", "padding_mask"]
    inputs = [keras.Input((9,), dtype="int32", name=name) for name in names]
    found = backbone(dict(zip(names, inputs, strict=True)))
    return keras.Model(inputs, [found["sequence_output"], found["pooled_output"]])


def torch_model():
    from torch import nn
    from transformers import ElectraConfig, ElectraModel

    class Discriminator(nn.Module):
        def __init__(self):
            super().__init__()
            config = ElectraConfig(
                vocab_size=24,
                embedding_size=8,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=20,
                max_position_embeddings=12,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
            self.electra = ElectraModel(config)
            self.pooler = nn.Linear(16, 16)

        def forward(self, token_ids, segment_ids, padding_mask):
            x = self.electra(token_ids, attention_mask=padding_mask, token_type_ids=segment_ids).last_hidden_state
            return x, self.pooler(x[:, 0]).tanh()

    return Discriminator()
