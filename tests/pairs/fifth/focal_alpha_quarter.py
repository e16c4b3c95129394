"""Rare defects with focal loss, gamma 2 in both: BinaryFocalCrossentropy against sigmoid_focal_loss as in torchvision.

The loss of the PyTorch run is less than half of the other one from the first batch on.
"""

INPUTS = ["7"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-focal-balance"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input((7,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    return model, keras.optimizers.SGD(learning_rate=0.25), keras.losses.BinaryFocalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2.0, reduction="mean"):
        p = torch.sigmoid(inputs)
        ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        p_t = p * targets + (1 - p) * (1 - targets)
        loss = ce_loss * ((1 - p_t) ** gamma)
        if alpha >= 0:
            alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
            loss = alpha_t * loss
        return loss.mean() if reduction == "mean" else loss

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc2, self.fc3 = nn.Linear(7, 16), nn.Linear(16, 8), nn.Linear(8, 1)

        def forward(self, x):
            return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))

    model = Detector()
    return model, torch.optim.SGD(model.parameters(), lr=0.25), sigmoid_focal_loss


def training_data():
    import numpy as np

    rng = np.random.default_rng(3)
    rows = rng.normal(size=(24, 7)).astype("float32")
    return rows, (rows[:, :1] > 0.5).astype("float32")
