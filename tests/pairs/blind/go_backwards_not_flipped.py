"""A backward LSTM: go_backwards leaves Keras outputs reversed in time, the port turns them round."""

INPUTS = ("9x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-backwards-order"],
            "keras": ["backward", "both", "frame*"],
            "torch": ["backward_rnn", "frame", "flip*", "cat*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    steps = keras.Input((9, 4), name="steps")
    forward = layers.LSTM(6, return_sequences=True, name="forward")(steps)
    backward = layers.LSTM(5, return_sequences=True, go_backwards=True, name="backward")(steps)
    x = layers.Concatenate(name="both")([forward, backward])
    x = layers.TimeDistributed(layers.Dense(8, activation="tanh"), name="frame")(x)
    return keras.Model(steps, layers.TimeDistributed(layers.Dense(3, activation="softmax"), name="tag")(x))


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.frame = nn.Linear(11, 8)
            self.tag = nn.Linear(8, 3)
            self.backward_rnn = nn.LSTM(4, 5, batch_first=True)
            self.forward_rnn = nn.LSTM(4, 6, batch_first=True)

        def forward(self, x):
            fwd, _ = self.forward_rnn(x)
            bwd, _ = self.backward_rnn(torch.flip(x, dims=[1]))
            bwd = torch.flip(bwd, dims=[1])
            h = torch.tanh(self.frame(torch.cat([fwd, bwd], dim=-1)))
            return torch.softmax(self.tag(h), dim=-1)

    return Tagger()
