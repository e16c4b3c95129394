"""Demucs in small: strided convolutions with GLU, a bidirectional LSTM in the middle, transposed convolutions whose
skips are cut in the middle. Julius' original in torch, mine in Keras with frames first.
"""

INPUTS = ("86x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class GLU(layers.Layer):
        def call(self, x):
            value, gate = ops.split(x, 2, axis=-1)
            return value * ops.sigmoid(gate)

    def center(skip, length):
        spare = skip.shape[1] - length
        return layers.Cropping1D((spare // 2, spare - spare // 2))(skip) if spare else skip

    mix = keras.Input((86, 2), name="mix")
    x, skips = mix, []
    for i, n in enumerate((8, 12)):
        x = layers.Conv1D(n, 8, 4, activation="relu", name=f"encode_{i}")(x)
        x = GLU(name=f"encode_glu_{i}")(layers.Conv1D(2 * n, 1, name=f"encode_gate_{i}")(x))
        skips.append(x)
    x = layers.Bidirectional(layers.LSTM(12, return_sequences=True), name="lstm")(x)
    x = layers.Dense(12, name="lstm_out")(x)
    for i, n in ((1, 8), (0, 4)):
        x = x + center(skips[i], x.shape[1])
        x = layers.Conv1D(2 * x.shape[-1], 3, name=f"decode_gate_{i}")(x)
        x = layers.Conv1DTranspose(n, 8, 4, name=f"decode_{i}")(GLU(name=f"decode_glu_{i}")(x))
        x = layers.ReLU()(x) if i else x
    return keras.Model(mix, x)


def torch_model():
    from torch import nn

    class Demucs(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
            width, out = 2, 4
            for n in (8, 12):
                act = nn.GLU(1)
                self.encoder.append(nn.Sequential(nn.Conv1d(width, n, 8, 4), nn.ReLU(), nn.Conv1d(n, 2 * n, 1), act))
                decode = [nn.Conv1d(n, 2 * n, 3), act, nn.ConvTranspose1d(n, out, 8, 4)]
                self.decoder.insert(0, nn.Sequential(*decode, *([nn.ReLU()] if width != 2 else [])))
                width = out = n
            self.lstm = nn.LSTM(width, width, bidirectional=True)
            self.linear = nn.Linear(2 * width, width)

        def forward(self, mix):
            x, saved = mix, []
            for encode in self.encoder:
                x = encode(x)
                saved.append(x)
            x = self.linear(self.lstm(x.permute(2, 0, 1))[0]).permute(1, 2, 0)
            for decode in self.decoder:
                skip = saved.pop()
                delta = skip.shape[-1] - x.shape[-1]
                x = decode(x + (skip[..., delta // 2 : -(delta - delta // 2)] if delta else skip))
            return x

    return Demucs()
