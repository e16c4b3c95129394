"""CLIP features are off in the third digit: OpenAI's weights were trained with quick_gelu, x * sigmoid(1.702 x)."""

INPUTS = ("5x8",)
LIBRARIES = ("transformers",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["gelu-form"], "keras": ["dense"], "torch": ["mlp", "mlp.fc1", "mlp.activation_fn"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential([layers.Input((5, 8)), layers.Dense(16, activation="gelu"), layers.Dense(8)])


def torch_model():
    from torch import nn
    from transformers import CLIPTextConfig
    from transformers.models.clip.modeling_clip import CLIPMLP

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.mlp = CLIPMLP(CLIPTextConfig(hidden_size=8, intermediate_size=16))

        def forward(self, x):
            return self.mlp(x)

    return Block()
