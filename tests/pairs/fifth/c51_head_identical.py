"""Distributional DQN (C51) after flyyufelix: a softmax layer per action in Keras, one Linear for all in PyTorch.

Both return one distribution over 11 atoms per action.
"""

INPUTS = ("20x20x2",)
TRUTH = {"identical": True}


def keras_model():
    from keras.layers import Conv2D, Dense, Flatten, Input
    from keras.models import Model

    state_input = Input(shape=(20, 20, 2))
    cnn_feature = Conv2D(8, 6, strides=(2, 2), activation="relu")(state_input)
    cnn_feature = Conv2D(12, 4, strides=(2, 2), activation="relu")(cnn_feature)
    cnn_feature = Conv2D(12, 2, activation="relu")(cnn_feature)
    cnn_feature = Flatten()(cnn_feature)
    cnn_feature = Dense(24, activation="relu")(cnn_feature)
    distribution_list = []
    for _ in range(3):
        distribution_list.append(Dense(11, activation="softmax")(cnn_feature))
    return Model(inputs=state_input, outputs=distribution_list)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class C51(nn.Module):
        def __init__(self, actions=3, atoms=11):
            super().__init__()
            self.actions, self.atoms = actions, atoms
            self.net = nn.Sequential(
                nn.Conv2d(2, 8, 6, 2), nn.ReLU(), nn.Conv2d(8, 12, 4, 2), nn.ReLU(), nn.Conv2d(12, 12, 2), nn.ReLU()
            )
            self.fc = nn.Linear(12 * 2 * 2, 24)
            self.logits = nn.Linear(24, actions * atoms)

        def forward(self, frames):
            hidden = F.relu(self.fc(self.net(frames).reshape(len(frames), -1)))
            logits = self.logits(hidden).view(-1, self.actions, self.atoms)
            return F.softmax(logits, dim=2).unbind(dim=1)

    return C51()
