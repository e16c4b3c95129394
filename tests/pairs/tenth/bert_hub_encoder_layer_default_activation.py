"""A BERT classifier of the hub in Keras, rebuilt on nn.TransformerEncoder: order of the norms and epsilon are set, the
activation is the default of nn.TransformerEncoderLayer.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["*transformer_layer_0*", "*transformer_layer_*", "*feedforward_intermediate_dense*"],
            "torch": ["encoder", "encoder.*", "relu*"],
        }
    ],
}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub
    from keras import layers, ops

    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=60,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=64,
        dropout=0.0,
        max_sequence_length=12,
        name="bert",
    )
    ids = keras.Input((12,), dtype="int32", name="ids")
    encoded = backbone(
        {"token_ids": ids, "segment_ids": ops.zeros_like(ids), "padding_mask": ops.ones_like(ids)},
    )
    return keras.Model(ids, layers.Dense(3, name="classes")(encoded["pooled_output"]))


def torch_model():
    import torch
    from torch import nn

    class Embeddings(nn.Module):
        def __init__(self):
            super().__init__()
            self.word = nn.Embedding(60, 32)
            self.position = nn.Embedding(12, 32)
            self.token_type = nn.Embedding(2, 32)
            self.norm = nn.LayerNorm(32, eps=1e-12)

        def forward(self, ids):
            where = torch.arange(ids.shape[1], device=ids.device)
            return self.norm(self.word(ids) + self.position(where) + self.token_type(torch.zeros_like(ids)))

    class Bert(nn.Module):
        def __init__(self):
            super().__init__()
            self.embeddings = Embeddings()
            layer = nn.TransformerEncoderLayer(32, 2, 64, dropout=0.0, batch_first=True, layer_norm_eps=1e-12)
            self.encoder = nn.TransformerEncoder(layer, 2)
            self.pooler = nn.Linear(32, 32)
            self.classifier = nn.Linear(32, 3)

        def forward(self, ids):
            x = self.encoder(self.embeddings(ids))
            return self.classifier(torch.tanh(self.pooler(x[:, 0])))

    return Bert()
