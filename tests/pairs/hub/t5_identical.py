"""T5 encoder and decoder with relative positions, RMS norms and gated GELU on both sides."""

INPUTS = ("5:int32", "5:int32", "5:int32", "5:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import T5Backbone

    return T5Backbone(
        vocabulary_size=16,
        num_layers=1,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=12,
        key_value_dim=4,
        activation="relu",
        use_gated_activation=False,
    )


def torch_model():
    from torch import nn
    from transformers import T5Config, T5Model

    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            config = T5Config(
                vocab_size=16, d_model=8, d_kv=4, d_ff=12, num_layers=1, num_heads=2, pad_token_id=None, use_cache=False
            )
            self.t5 = T5Model(config)

        def forward(self, encoder_token_ids, encoder_padding_mask, decoder_token_ids, decoder_padding_mask):
            found = self.t5(
                input_ids=encoder_token_ids,
                attention_mask=encoder_padding_mask,
                decoder_input_ids=decoder_token_ids,
                decoder_attention_mask=decoder_padding_mask,
            )
            return {
                "encoder_sequence_output": found.encoder_last_hidden_state,
                "decoder_sequence_output": found.last_hidden_state,
            }

    return Both()
