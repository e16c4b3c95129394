"""GPT-2: separate query, key and value kernels per head against one packed, transposed Conv1D."""

INPUTS = ("8:int32", "8:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {"identical": True}


def keras_model():
    from keras_hub.models import GPT2Backbone

    return GPT2Backbone(
        vocabulary_size=25, num_layers=2, num_heads=2, hidden_dim=8, intermediate_dim=32, max_sequence_length=10
    )


def torch_model():
    from torch import nn
    from transformers import GPT2Config, GPT2Model

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.transformer = GPT2Model(GPT2Config(vocab_size=25, n_positions=10, n_embd=8, n_layer=2, n_head=2))

        def forward(self, token_ids, padding_mask):
            found = self.transformer(token_ids, attention_mask=padding_mask, use_cache=False)
            return found.last_hidden_state

    return Decoder()
