"""Kaggle cover type: an MLP with layer norms on twelve columns, smoothed labels over seven classes, SGD with Nesterov
momentum at one rate; logits on both sides.
"""

INPUTS = ("12",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    columns = keras.Input((12,), name="columns")
    x = columns
    for i, width in enumerate((32, 24)):
        x = layers.Dense(width, name=f"hidden_{i}")(x)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x)
        x = layers.Activation("silu", name=f"silu_{i}")(x)
    model = keras.Model(columns, layers.Dense(7, name="cover")(x))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    return model, keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2, self.out = nn.Linear(12, 32), nn.Linear(32, 24), nn.Linear(24, 7)
            self.ln1, self.ln2 = nn.LayerNorm(32), nn.LayerNorm(24)

        def forward(self, x):
            x = F.silu(self.ln1(self.fc1(x)))
            x = F.silu(self.ln2(self.fc2(x)))
            return self.out(x)

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.1)
