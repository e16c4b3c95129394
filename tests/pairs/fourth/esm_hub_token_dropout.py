"""ESM-2: the facebook checkpoints say token_dropout=True. transformers then scales all embeddings by 0.88 even where
nothing is masked; keras-hub's ESM2Backbone does not. Proteins of one length, no padding.
"""

INPUTS = ("10:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["*token_embedding", "*transformer_layer_0*"],
            "torch": ["esm.embeddings*", "esm.encoder.layer.0*", "esm"],
        }
    ],
}


def keras_model():
    from keras_hub.models import ESM2Backbone

    return ESM2Backbone(
        vocabulary_size=26,
        num_layers=2,
        num_heads=4,
        hidden_dim=16,
        intermediate_dim=24,
        dropout=0.0,
        layer_norm_eps=1e-5,
        pad_token_id=-1,
    )


def torch_model():
    from torch import nn
    from transformers import EsmConfig, EsmModel

    class Proteins(nn.Module):
        def __init__(self):
            super().__init__()
            config = EsmConfig(
                vocab_size=26,
                mask_token_id=25,
                pad_token_id=1,
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=24,
                position_embedding_type="rotary",
                token_dropout=True,
                layer_norm_eps=1e-5,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
            self.esm = EsmModel(config, add_pooling_layer=False)
            self.esm.embeddings.word_embeddings.padding_idx = None
            del self.esm.contact_head

        def forward(self, residues):
            return self.esm(input_ids=residues).last_hidden_state

    return Proteins()
