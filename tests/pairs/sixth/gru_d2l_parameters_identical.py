"""The GRU of Dive into Deep Learning, from scratch with bare parameters (W_xz, W_hz, b_z, ...), against a Keras GRU
with reset_after=False. My Z keeps the old state, as Keras's does. One-hot characters in, logits per step out.
"""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8,), dtype="int32"),
            layers.Lambda(lambda t: keras.ops.one_hot(t, 11, dtype=keras.config.floatx()), output_shape=(8, 11)),
            layers.GRU(10, return_sequences=True, reset_after=False, name="gru"),
            layers.Dense(11, name="logits"),
        ]
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RNNModelScratch(nn.Module):
        def __init__(self, vocab_size=11, num_hiddens=10):
            super().__init__()
            self.vocab_size, self.num_hiddens = vocab_size, num_hiddens

            def normal(*shape):
                return nn.Parameter(torch.randn(*shape) * 0.1)

            def three():
                return normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens), normal(num_hiddens)

            self.W_xz, self.W_hz, self.b_z = three()  # update gate
            self.W_xr, self.W_hr, self.b_r = three()  # reset gate
            self.W_xh, self.W_hh, self.b_h = three()  # candidate
            self.W_hq, self.b_q = normal(num_hiddens, vocab_size), normal(vocab_size)

        def forward(self, inputs):
            inputs = F.one_hot(inputs.T.long(), self.vocab_size).to(self.W_xz.dtype)
            h = inputs.new_zeros(inputs.shape[1], self.num_hiddens)
            outputs = []
            for step in inputs:
                z = torch.sigmoid(step @ self.W_xz + h @ self.W_hz + self.b_z)
                r = torch.sigmoid(step @ self.W_xr + h @ self.W_hr + self.b_r)
                h_tilda = torch.tanh(step @ self.W_xh + (r * h) @ self.W_hh + self.b_h)
                h = z * h + (1 - z) * h_tilda
                outputs.append(h @ self.W_hq + self.b_q)
            return torch.stack(outputs).transpose(0, 1)

    return RNNModelScratch()
