"""nn.MultiheadAttention without batch_first: shapes fit, samples of the batch look at each other."""

INPUTS = ("5x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["attention-batch-first"], "keras": ["multi_head_attention*"], "torch": ["attn"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((5, 8))
    x = layers.MultiHeadAttention(4, 2, dropout=0.1)(inputs, inputs)
    x = layers.LayerNormalization(epsilon=1e-5)(inputs + x)
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = nn.MultiheadAttention(8, 4, dropout=0.1)
            self.ln = nn.LayerNorm(8)
            self.fc = nn.Linear(8, 2)

        def forward(self, x):
            x = self.ln(x + self.attn(x, x, x)[0])
            return self.fc(x.mean(1))

    return Net()
