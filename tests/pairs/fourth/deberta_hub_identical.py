"""DeBERTa-v3, whole disentangled attention: keras-hub against transformers' DebertaV2 with small buckets (shared keys,
c2p and p2c, norm of the relative table), so that the logarithmic part of the buckets is used.
"""

INPUTS = ("12:int32",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras_hub.models import DebertaV3Backbone

    backbone = DebertaV3Backbone(
        vocabulary_size=24,
        num_layers=2,
        num_heads=2,
        hidden_dim=24,
        intermediate_dim=20,
        dropout=0.0,
        max_sequence_length=16,
        bucket_size=8,
    )
    tokens = keras.Input((12,), dtype="int32", name="tokens")
    return keras.Model(tokens, backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)}))


def torch_model():
    from torch import nn
    from transformers import DebertaV2Config, DebertaV2Model

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = DebertaV2Config(
                vocab_size=24,
                hidden_size=24,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=20,
                max_position_embeddings=16,
                relative_attention=True,
                position_buckets=8,
                norm_rel_ebd="layer_norm",
                share_att_key=True,
                pos_att_type=["p2c", "c2p"],
                position_biased_input=False,
                type_vocab_size=0,
                layer_norm_eps=1e-7,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
            self.deberta = DebertaV2Model(config)
            self.deberta.embeddings.word_embeddings.padding_idx = None

        def forward(self, tokens):
            return self.deberta(tokens).last_hidden_state

    return Encoder()
