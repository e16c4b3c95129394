"""FNetBackbone of keras-hub and FNetModel of transformers: no attention, a Fourier transform over tokens and
features.
"""

INPUTS = ("8:int32", "8:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras_hub.models import FNetBackbone

    backbone = FNetBackbone(
        vocabulary_size=22, num_layers=2, hidden_dim=16, intermediate_dim=24, max_sequence_length=8, num_segments=12
    )
    words = keras.Input((8,), dtype="int32", name="words")
    kinds = keras.Input((8,), dtype="int32", name="kinds")
    out = backbone({"token_ids": words, "segment_ids": kinds})
    return keras.Model([words, kinds], [out["sequence_output"], out["pooled_output"]])


def torch_model():
    from torch import nn
    from transformers import FNetConfig, FNetModel

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = FNetConfig(
                vocab_size=22,
                hidden_size=16,
                num_hidden_layers=2,
                intermediate_size=24,
                max_position_embeddings=8,
                type_vocab_size=12,
                pad_token_id=None,
            )
            self.fnet = FNetModel(config)

        def forward(self, words, kinds):
            out = self.fnet(words, token_type_ids=kinds)
            return out.last_hidden_state, out.pooler_output

    return Encoder()
