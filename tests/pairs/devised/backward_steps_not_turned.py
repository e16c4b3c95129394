"""A backward GRU whose steps Keras turns round again; PyTorch joins them as they come."""

INPUTS = ("7x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-backwards-order"],
            "keras": ["backward", "flip", "concatenate"],
            "torch": ["gru_b", "cat"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Tagger(keras.Model):
        def __init__(self):
            super().__init__()
            self.forward = layers.GRU(5, return_sequences=True, name="forward")
            self.backward = layers.GRU(5, return_sequences=True, go_backwards=True, name="backward")
            self.tags = layers.Dense(4, name="tags")

        def call(self, x):
            turned = ops.flip(self.backward(x), axis=1)
            return self.tags(ops.concatenate([self.forward(x), turned], axis=-1))

    return Tagger()


def torch_model():
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru_f = nn.GRU(3, 5, batch_first=True)
            self.gru_b = nn.GRU(3, 5, batch_first=True)
            self.tags = nn.Linear(10, 4)

        def forward(self, x):
            forward, _ = self.gru_f(x)
            backward, _ = self.gru_b(x.flip(1))
            return self.tags(torch.cat([forward, backward], -1))

    return Tagger()
