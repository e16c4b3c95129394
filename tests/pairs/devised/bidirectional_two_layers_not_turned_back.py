"""A bidirectional LSTM that is two layers in PyTorch; what reads the steps from the end is not turned back."""

INPUTS = ("9x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-backwards-order", "bidirectional-order"],
            "keras": ["both"],
            "torch": ["backward_lstm", "flip*", "cat*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((9, 5))
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True), name="both")(x)
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
            return self.scores(torch.tanh(self.each_step(torch.cat([ahead, back], dim=-1))))

    return Tagger()
