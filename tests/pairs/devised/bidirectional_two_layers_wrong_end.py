"""A bidirectional LSTM that is two layers in PyTorch; of the one that reads from the end, the wrong end is taken."""

INPUTS = ("9x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["bidirectional-last-step", "recurrent-last-step"],
            "keras": ["both"],
            "torch": ["backward_lstm", "flip*", "cat*", "getitem*", "select*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((9, 5))
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=False), name="both")(x)
    x = layers.Dense(7, activation="tanh", name="each_step")(x)
    return keras.Model(inputs, layers.Dense(3, name="scores")(x))


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.forward_lstm = nn.LSTM(5, 6, batch_first=True)
            self.backward_lstm = nn.LSTM(5, 6, batch_first=True)
            self.each_step, self.scores = nn.Linear(12, 7), nn.Linear(7, 3)

        def forward(self, x):
            ahead, _ = self.forward_lstm(x)
            back, _ = self.backward_lstm(x.flip(1))
            return self.scores(torch.tanh(self.each_step(torch.cat([ahead[:, -1], back[:, 0]], dim=-1))))

    return Tagger()
