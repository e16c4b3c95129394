"""A GPT-2 fine-tuned with activation_function="gelu" loaded into keras-hub, which computes the tanh form."""

INPUTS = ("8:int32", "8:int32")
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["gelu-form"],
            "keras": ["*transformer_layer_0", "*transformer_layer_0*feedforward_intermediate_dense"],
            "torch": ["transformer.h.0.mlp*"],
        }
    ],
}


def keras_model():
    from keras_hub.models import GPT2Backbone

    return GPT2Backbone(
        vocabulary_size=25, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=32, max_sequence_length=10
    )


def torch_model():
    from torch import nn
    from transformers import GPT2Config, GPT2Model

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            config = GPT2Config(
                vocab_size=25, n_positions=10, n_embd=8, n_layer=1, n_head=2, activation_function="gelu"
            )
            self.transformer = GPT2Model(config)

        def forward(self, token_ids, padding_mask):
            return self.transformer(token_ids, attention_mask=padding_mask, use_cache=False).last_hidden_state

    return Decoder()
