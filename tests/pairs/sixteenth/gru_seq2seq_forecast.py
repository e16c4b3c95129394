"""Several steps ahead from a window of sensors: an encoder GRU whose state is repeated for a decoder GRU that also
begins with it, and one dense layer for every step.
"""

INPUTS = ("18x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    past = keras.Input((18, 4), name="past")
    seen = layers.LayerNormalization(epsilon=1e-6, name="scaled")(past)
    _, state = layers.GRU(20, return_sequences=True, return_state=True, name="encoder")(seen)
    x = layers.RepeatVector(5, name="repeat")(state)
    x = layers.GRU(20, return_sequences=True, name="decoder")(x, initial_state=state)
    x = layers.TimeDistributed(layers.Dense(10, activation="elu"), name="per_step_hidden")(x)
    return keras.Model(past, layers.TimeDistributed(layers.Dense(2), name="per_step")(x))


def torch_model():
    from torch import nn

    class Seq2Seq(nn.Module):
        def __init__(self, n_features=4, hidden=20, steps_ahead=5, targets=2):
            super().__init__()
            self.steps_ahead = steps_ahead
            self.project = nn.Sequential(nn.Linear(hidden, 10), nn.ELU(), nn.Linear(10, targets))
            self.decoder = nn.GRU(hidden, hidden)
            self.encoder = nn.GRU(n_features, hidden)
            self.norm = nn.LayerNorm(n_features, eps=1e-6)

        def forward(self, x):
            _, hidden = self.encoder(self.norm(x).transpose(0, 1))
            repeated = hidden.expand(self.steps_ahead, -1, -1)
            steps, _ = self.decoder(repeated, hidden)
            return self.project(steps.transpose(0, 1))

    return Seq2Seq()
