"""Digits with a small CNN: clipnorm=0.1 in Keras cuts the gradient of every weight by itself, clip_grad_norm_ before
each PyTorch step cuts the norm of all of them.
"""

INPUTS = ["16x16x1"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["clip-norm-each", "clipping-other"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(12, 3, activation="relu", name="strokes"),
            layers.MaxPooling2D(2),
            layers.Conv2D(24, 3, activation="relu", name="parts"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, name="digits"),
        ]
    )
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.1)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 12, 3)
            self.conv2 = nn.Conv2d(12, 24, 3)
            self.fc = nn.Linear(24, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.relu(self.conv2(x))
            return self.fc(x.mean(dim=(2, 3)))

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def clip(optimizer, args, kwargs):
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.1)

    optimizer.register_step_pre_hook(clip)
    return model, optimizer, nn.CrossEntropyLoss()
