"""Sales forecast, encoder and decoder GRU with dot attention and teacher forcing. Without attention it would have been
obvious: the decoder of the port still sees the past, and the loss is just a bit higher. I also divide the scores as
in the Transformer, which the Keras code does not.
"""

INPUTS = ("9x3", "5x2")
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["recurrent-initial-state"], "keras": ["decoder"], "torch": ["decoder"]},
        {
            "rules": ["attention-scale", "attention-luong-scale", "scale-other"],
            "keras": ["scores", "weights"],
            "torch": ["einsum*", "div*", "truediv*", "softmax*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    past = keras.Input((9, 3), name="a_past")
    future = keras.Input((5, 2), name="b_known_future")
    memory, state = layers.GRU(12, return_sequences=True, return_state=True, name="encoder")(past)
    x = layers.GRU(12, return_sequences=True, name="decoder")(future, initial_state=state)
    context = layers.Dot(axes=(2, 1), name="context")(
        [layers.Softmax(name="weights")(layers.Dot(axes=2, name="scores")([x, memory])), memory]
    )
    x = layers.Concatenate(name="decoder_and_context")([x, context])
    x = layers.TimeDistributed(layers.Dense(10, activation="tanh"), name="attentional")(x)
    return keras.Model([past, future], layers.TimeDistributed(layers.Dense(1), name="sales")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(3, 12)

        def forward(self, src):
            return self.gru(src)

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder()
            self.decoder = nn.GRU(2, 12)
            self.attn_out = nn.Linear(24, 10)
            self.head = nn.Linear(10, 1)

        def forward(self, src, trg):
            outputs, hidden = self.encoder(src.transpose(0, 1))  # time first
            dec, hidden = self.decoder(trg.transpose(0, 1))
            energy = torch.einsum("tbh,sbh->bts", dec, outputs) / math.sqrt(dec.size(-1))
            context = torch.einsum("bts,sbh->tbh", energy.softmax(dim=2), outputs)
            out = torch.tanh(self.attn_out(torch.cat((dec, context), dim=2)))
            return self.head(out).transpose(0, 1)

    return Seq2Seq()
