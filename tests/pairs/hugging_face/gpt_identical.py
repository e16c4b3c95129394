"""The GPT of keras_impl against GPT2LMHeadModel: tied head, causal attention, packed projections on one side."""

INPUTS = ("9:int32",)
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    from keras_impl.models.gpt import build_gpt

    return build_gpt(vocabulary=21, length=12, width=8, heads=2, depth=2, units=32)


def torch_model():
    from torch import nn
    from transformers import GPT2Config, GPT2LMHeadModel

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            config = GPT2Config(vocab_size=21, n_positions=12, n_embd=8, n_layer=2, n_head=2)
            self.lm = GPT2LMHeadModel(config)

        def forward(self, tokens):
            return self.lm(tokens, use_cache=False).logits

    return LanguageModel()
