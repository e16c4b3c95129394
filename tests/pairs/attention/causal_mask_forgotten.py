"""``use_causal_mask=True`` has no counterpart in the port."""

INPUTS = ("9x16",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["attention-causal"], "keras": ["multi_head_attention*"], "torch": ["a"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((9, 16))
    a = layers.MultiHeadAttention(4, 4)(inputs, inputs, use_causal_mask=True)
    return keras.Model(inputs, layers.Dense(3)(inputs + a))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.MultiheadAttention(16, 4, batch_first=True)
            self.o = nn.Linear(16, 3)

        def forward(self, x):
            return self.o(x + self.a(x, x, x, need_weights=False)[0])

    return Net()
