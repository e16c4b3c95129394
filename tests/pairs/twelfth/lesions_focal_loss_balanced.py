"""Lesion masks with a focal loss: the one written for PyTorch weighs classes with alpha 0.25, BinaryFocalCrossentropy
has that alpha too but leaves it unused unless class balancing is switched on.
"""

INPUTS = ["16x16x3"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-focal-balance", "loss-class-weights"], "keras": ["loss"], "torch": ["loss"]}],
}


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="a")(image)
    y = layers.Conv2D(12, 3, padding="same", dilation_rate=2, activation="relu", name="b")(x)
    x = layers.Add(name="a_and_b")([x, y])
    x = layers.Conv2D(1, 1, name="lesion")(x)
    model = keras.Model(image, layers.Reshape((16, 16), name="mask")(x))
    loss = keras.losses.BinaryFocalCrossentropy(from_logits=True, alpha=0.25, gamma=2.0)
    return model, keras.optimizers.SGD(0.05, momentum=0.9), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class FocalLoss(nn.Module):
        def __init__(self, alpha=0.25, gamma=2.0):
            super().__init__()
            self.alpha, self.gamma = alpha, gamma

        def forward(self, inputs, targets):
            p = torch.sigmoid(inputs)
            ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
            p_t = p * targets + (1 - p) * (1 - targets)
            alpha_t = self.alpha * targets + (1 - self.alpha) * (1 - targets)
            return (alpha_t * (1 - p_t) ** self.gamma * ce_loss).mean()

    class LesionNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 12, 3, padding=1)
            self.conv2 = nn.Conv2d(12, 12, 3, padding=2, dilation=2)
            self.conv3 = nn.Conv2d(12, 1, 1)

        def forward(self, x):
            x = F.relu(self.conv1(x))
            x = x + F.relu(self.conv2(x))
            return self.conv3(x).squeeze(1)

    model = LesionNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), FocalLoss()


def training_data():
    import numpy as np

    numbers = np.random.default_rng(11)
    images = numbers.normal(size=(24, 16, 16, 3)).astype("float32")
    return images, (images.sum(-1) > 1.5).astype("float32")
