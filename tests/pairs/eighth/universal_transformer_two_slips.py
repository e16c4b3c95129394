"""Universal transformer: one encoder block applied three times, position and time signal added in front of every round.
The rounds are counted from 0 in Keras and from 1 in the PyTorch code,
and tensor2tensor's epsilon of 1e-6 got lost in nn.TransformerEncoderLayer.
"""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-offset", "position-table"],
            "keras": ["signal_*"],
            "torch": ["add*", "getitem*", "select*", ""],
        },
        {"rules": ["norm-epsilon"], "keras": ["norm_*"], "torch": ["block.norm*"]},
    ],
}


def signals(length, width):
    import numpy as np

    angles = np.arange(length)[:, None] / 10000.0 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width).astype("float32")


def keras_model():
    import keras
    from keras import layers, ops

    class Signal(layers.Layer):
        def __init__(self, step, **kwargs):
            super().__init__(**kwargs)
            self.step = step

        def call(self, x):
            length, width = x.shape[1:]
            return x + ops.cast(signals(length, width), x.dtype) + ops.cast(signals(4, width)[self.step], x.dtype)

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(30, 16, name="tokens")(tokens)
    norm_a = layers.LayerNormalization(epsilon=1e-6, name="norm_a")
    norm_b = layers.LayerNormalization(epsilon=1e-6, name="norm_b")
    attention = layers.MultiHeadAttention(4, 4, name="attention")
    wide, narrow = layers.Dense(24, activation="relu", name="wide"), layers.Dense(16, name="narrow")
    for step in range(3):
        x = Signal(step, name=f"signal_{step}")(x)
        x = norm_a(x + attention(x, x))
        x = norm_b(x + narrow(wide(x)))
    return keras.Model(tokens, layers.Dense(30, name="logits")(x))


def torch_model():
    import torch
    from torch import nn

    class UniversalTransformer(nn.Module):
        def __init__(self, vocab=30, d_model=16, steps=3):
            super().__init__()
            self.steps = steps
            self.embed = nn.Embedding(vocab, d_model)
            self.block = nn.TransformerEncoderLayer(d_model, 4, dim_feedforward=24, batch_first=True)
            self.out = nn.Linear(d_model, vocab)
            self.register_buffer("position_signal", torch.from_numpy(signals(8, d_model)))
            self.register_buffer("time_signal", torch.from_numpy(signals(steps + 1, d_model)))

        def forward(self, tokens):
            x = self.embed(tokens)
            for t in range(1, self.steps + 1):
                x = self.block(x + self.position_signal + self.time_signal[t])
            return self.out(x)

    return UniversalTransformer()
