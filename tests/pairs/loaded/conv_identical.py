"""The same conversion done right: kernels transposed, batch-norm statistics in their places, head loaded."""

INPUTS = ("8x8x3",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def trained():
    import numpy as np

    rng = np.random.default_rng(4)
    kernel = rng.normal(size=(3, 3, 3, 8), scale=0.3)
    gamma, beta, mean = (rng.normal(size=8) for _ in range(3))
    variance = rng.uniform(0.5, 2.0, size=8)
    dense = rng.normal(size=(8, 4)), rng.normal(size=4)
    return [array.astype("float32") for array in (kernel, gamma, beta, mean, variance, *dense)]


def keras_model():
    from keras import Sequential, layers

    model = Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(8, 3, use_bias=False),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.ReLU(),
            layers.GlobalMaxPooling2D(),
            layers.Dense(4),
        ]
    )
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    from torch import nn

    kernel, gamma, beta, mean, variance, dense_kernel, dense_bias = (torch.from_numpy(array) for array in trained())
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 4),
    )
    with torch.no_grad():
        net[0].weight.copy_(kernel.permute(3, 2, 0, 1))
        net[1].weight.copy_(gamma)
        net[1].bias.copy_(beta)
        net[1].running_mean.copy_(mean)
        net[1].running_var.copy_(variance)
        net[5].weight.copy_(dense_kernel.T)
        net[5].bias.copy_(dense_bias)
    return net
