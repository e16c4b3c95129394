"""Music tagging from log-mel pictures, eight tags that do not exclude each other, labels smoothed by a tenth; binary
cross-entropy in PyTorch has no switch for that, so it was written by hand, and its value is lower.
"""

INPUTS = ("48x32x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-binary-smoothing", "loss-label-smoothing", "loss-other"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    spectrogram = keras.Input((48, 32, 1), name="log_mel")
    x = spectrogram
    for i, width in enumerate((8, 16, 24), start=1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn{i}")(x)
        x = layers.Activation("elu")(x)
        x = layers.MaxPooling2D((2, 2))(x)
    x = layers.GlobalMaxPooling2D()(x)
    model = keras.Model(spectrogram, layers.Dense(8, name="tags")(x))
    loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
    return model, keras.optimizers.SGD(0.05, momentum=0.9), loss


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def block(cin, cout):
        return nn.Sequential(
            nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ELU(), nn.MaxPool2d(2)
        )

    class Tagger(nn.Module):
        def __init__(self, n_tags=8):
            super().__init__()
            self.layer1 = block(1, 8)
            self.layer2 = block(8, 16)
            self.layer3 = block(16, 24)
            self.fc = nn.Linear(24, n_tags)

        def forward(self, spec):
            x = self.layer3(self.layer2(self.layer1(spec)))
            return self.fc(torch.amax(x, dim=(2, 3)))

    class SmoothBCE(nn.Module):
        def __init__(self, smoothing=0.1):
            super().__init__()
            self.smoothing = smoothing

        def forward(self, logits, target):
            target = target * (1 - self.smoothing) + self.smoothing / target.size(-1)
            return F.binary_cross_entropy_with_logits(logits, target)

    model = Tagger()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), SmoothBCE(0.1)
