"""Denoising network that predicts the noise and subtracts it, trained with Adam and a rate that is halved every hundred
steps, at least that was the plan on both sides. The models agree, the trainings part slowly.
"""

INPUTS = ("16x16x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            # beside the schedule: Keras adds epsilon at another place, whatever number it has
            "rules": ["adam-epsilon"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
            "visible": False,
        },
        {
            "rules": ["schedule-other", "exponential-per-step"],
            "keras": ["learning rate"],
            "torch": ["learning rate"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    noisy = keras.Input((16, 16, 1), name="noisy")
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="first")(noisy)
    for i in range(3):
        x = layers.Conv2D(12, 3, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn{i}")(x)
        x = layers.ReLU(name=f"relu{i}")(x)
    noise = layers.Conv2D(1, 3, padding="same", use_bias=False, name="noise")(x)
    clean = layers.Subtract(name="clean")([noisy, noise])
    rate = keras.optimizers.schedules.ExponentialDecay(1e-3, decay_steps=100, decay_rate=0.5)
    return keras.Model(noisy, clean), keras.optimizers.Adam(rate, epsilon=1e-8), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class DnCNN(nn.Module):
        def __init__(self, channels=1, features=12, depth=5):
            super().__init__()
            layers = [nn.Conv2d(channels, features, 3, padding=1), nn.ReLU(inplace=True)]
            for _ in range(depth - 2):
                layers += [
                    nn.Conv2d(features, features, 3, padding=1, bias=False),
                    nn.BatchNorm2d(features),
                    nn.ReLU(inplace=True),
                ]
            layers.append(nn.Conv2d(features, channels, 3, padding=1, bias=False))
            self.dncnn = nn.Sequential(*layers)

        def forward(self, y):
            return y - self.dncnn(y)

    model = DnCNN()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=100, gamma=0.5)
    return model, optimizer, nn.MSELoss(), scheduler
