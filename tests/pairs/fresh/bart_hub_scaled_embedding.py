"""BART of keras-hub against transformers with the config of mBART (scale_embedding=True); position tables cut alike."""

INPUTS = ("8:int32", "6:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["*token_embedding", "*embeddings_add", "*encoder_embeddings*", "*decoder_embeddings*"],
            "torch": ["bart.shared", "bart.*embed_tokens", "bart.encoder", "bart.decoder"],
        }
    ],
}


def keras_model():
    import keras
    from keras import ops
    from keras_hub.models import BartBackbone

    bart = BartBackbone(
        vocabulary_size=20, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=24, max_sequence_length=14
    )
    source = keras.Input((8,), dtype="int32", name="source")
    target = keras.Input((6,), dtype="int32", name="target")
    found = bart(
        {
            "encoder_token_ids": source,
            "encoder_padding_mask": ops.ones_like(source),
            "decoder_token_ids": target,
            "decoder_padding_mask": ops.ones_like(target),
        }
    )
    return keras.Model([source, target], found["decoder_sequence_output"])


def torch_model():
    from torch import nn
    from transformers import BartConfig, BartModel

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            config = BartConfig(
                vocab_size=20,
                d_model=16,
                encoder_layers=2,
                decoder_layers=2,
                encoder_attention_heads=2,
                decoder_attention_heads=2,
                encoder_ffn_dim=24,
                decoder_ffn_dim=24,
                max_position_embeddings=12,
                scale_embedding=True,
                pad_token_id=None,
            )
            self.bart = BartModel(config)
            for stack in (self.bart.encoder, self.bart.decoder):
                stack.embed_positions.offset = 0  # keras-hub's table begins with its first row

        def forward(self, source, target):
            return self.bart(input_ids=source, decoder_input_ids=target, use_cache=False).last_hidden_state

    return Translator()
