"""Whisper, encoder and decoder states: keras-hub against transformers, spectrogram with frames first in both."""

INPUTS = ("16x8", "6:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras_hub.models import WhisperBackbone

    whisper = WhisperBackbone(
        vocabulary_size=20,
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
        num_mels=8,
        max_encoder_sequence_length=16,
        max_decoder_sequence_length=10,
    )
    features = keras.Input((16, 8), name="features")
    tokens = keras.Input((6,), dtype="int32", name="tokens")
    found = whisper(
        {
            "encoder_features": features,
            "decoder_token_ids": tokens,
            "decoder_padding_mask": keras.ops.ones_like(tokens),
        }
    )
    return keras.Model([features, tokens], [found["encoder_sequence_output"], found["decoder_sequence_output"]])


def torch_model():
    from torch import nn
    from transformers import WhisperConfig, WhisperModel

    class Speech(nn.Module):
        def __init__(self):
            super().__init__()
            config = WhisperConfig(
                vocab_size=20,
                num_mel_bins=8,
                d_model=16,
                encoder_layers=2,
                decoder_layers=2,
                encoder_attention_heads=2,
                decoder_attention_heads=2,
                encoder_ffn_dim=24,
                decoder_ffn_dim=24,
                max_source_positions=8,
                max_target_positions=10,
                pad_token_id=None,
                bos_token_id=1,
                eos_token_id=2,
                decoder_start_token_id=1,
            )
            self.whisper = WhisperModel(config)

        def forward(self, features, tokens):
            found = self.whisper(features.transpose(1, 2), decoder_input_ids=tokens, use_cache=False)
            return found.encoder_last_hidden_state, found.last_hidden_state

    return Speech()
