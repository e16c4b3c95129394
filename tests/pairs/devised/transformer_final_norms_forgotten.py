"""nn.Transformer ends encoder and decoder in a norm each, which the Keras port lacks."""

INPUTS = ("6x16", "5x16")
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-other", "layer-missing"], "keras": ["d0_cross*"], "torch": ["t.encoder.norm"]},
        {"rules": ["norm-other", "layer-missing"], "keras": ["d1_n3"], "torch": ["t.decoder.norm"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    src = keras.Input((6, 16), name="src")
    tgt = keras.Input((5, 16), name="tgt")

    def mha(q, kv, name, causal=False):
        return layers.MultiHeadAttention(4, 4, name=name)(q, kv, use_causal_mask=causal)

    def ln(x, name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)(x)

    def ff(x, name):
        return layers.Dense(16, name=name + "_2")(layers.Dense(32, activation="relu", name=name + "_1")(x))

    x = src
    for i in range(2):
        x = ln(x + mha(x, x, f"e{i}_att"), f"e{i}_n1")
        x = ln(x + ff(x, f"e{i}_ff"), f"e{i}_n2")

    y = tgt
    for i in range(2):
        y = ln(y + mha(y, y, f"d{i}_self", True), f"d{i}_n1")
        y = ln(y + mha(y, x, f"d{i}_cross"), f"d{i}_n2")
        y = ln(y + ff(y, f"d{i}_ff"), f"d{i}_n3")

    return keras.Model([src, tgt], y)


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.t = nn.Transformer(16, 4, 2, 2, 32, 0.0, batch_first=True)

        def forward(self, src, tgt):
            m = nn.Transformer.generate_square_subsequent_mask(tgt.shape[1], dtype=tgt.dtype)
            return self.t(src, tgt, tgt_mask=m)

    return Net()
