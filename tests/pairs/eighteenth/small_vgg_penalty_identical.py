"""Small VGG with an L2 regulariser on every convolution and smoothed labels; in PyTorch the penalty is added to the
cross-entropy by hand, over the weights of the convolutions only.
"""

INPUTS = ("24x24x3",)
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((24, 24, 3))])
    for i, width in enumerate((8, 12, 16)):
        model.add(
            layers.Conv2D(width, 3, padding="same", kernel_regularizer=keras.regularizers.l2(5e-4), name=f"conv{i}")
        )
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"norm{i}"))
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(6, name="logits"))
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.02, momentum=0.9, nesterov=True),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
    )
    return model


def torch_model():
    import torch
    from torch import nn

    features, width = [], 3
    for size in (8, 12, 16):
        features += [nn.Conv2d(width, size, 3, padding=1), nn.BatchNorm2d(size), nn.ReLU(True), nn.MaxPool2d(2)]
        width = size
    model = nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 6))
    cross_entropy = nn.CrossEntropyLoss(label_smoothing=0.1)

    def criterion(logits, target):
        penalty = sum(m.weight.square().sum() for m in model.modules() if isinstance(m, nn.Conv2d))
        return cross_entropy(logits, target) + 5e-4 * penalty

    return model, torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True), criterion
