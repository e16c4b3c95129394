"""MLP-Mixer block: activation="gelu" in Keras is the exact form, I copied approximate="tanh" from a JAX model.

AlexanderLutsenko/nobuco pull request 9.
"""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["gelu-form"], "keras": ["dense"], "torch": ["mlp.0", "mlp.1"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((6, 8))
    x = layers.LayerNormalization(epsilon=1e-6)(inputs)
    x = layers.Dense(12, activation="gelu")(x)
    x = layers.Dense(8)(x)
    return keras.Model(inputs, x + inputs)


def torch_model():
    from torch import nn

    class MixerBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.LayerNorm(8, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(8, 12), nn.GELU(approximate="tanh"), nn.Linear(12, 8))

        def forward(self, x):
            return x + self.mlp(self.norm(x))

    return MixerBlock()
