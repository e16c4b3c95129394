"""Face landmarks with separable convolutions, PReLU and batch norm, weights from a Keras npz: depthwise and pointwise
kernels, one slope per channel, statistics, and the rows of the dense layer behind the flatten put into PyTorch's order.
"""

INPUTS = ("12x12x3",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def arrays():
    import numpy as np

    rng = np.random.default_rng(68)
    weights, inputs = {}, 3
    for i, width in enumerate((6, 9)):
        kernels = [rng.normal(size=(3, 3, inputs, 1), scale=0.4), rng.normal(size=(1, 1, inputs, width), scale=0.5)]
        weights[f"sep_{i}"] = [*kernels, rng.normal(size=width, scale=0.3)]
        moments = [rng.normal(size=width), rng.uniform(0.5, 1.5, width)]
        weights[f"bn_{i}"] = [rng.uniform(0.5, 1.5, width), rng.normal(size=width), *moments]
        weights[f"prelu_{i}"] = [rng.uniform(0.05, 0.4, (1, 1, width))]
        inputs = width
    weights["landmarks"] = [rng.normal(size=(36, 10), scale=0.3), rng.normal(size=10, scale=0.3)]
    return {k: [a.astype("float32") for a in v] for k, v in weights.items()}


def keras_model():
    import keras
    from keras import layers

    x = face = keras.Input((12, 12, 3))
    for i, width in enumerate((6, 9)):
        x = layers.SeparableConv2D(width, 3, name=f"sep_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.PReLU(shared_axes=[1, 2], name=f"prelu_{i}")(x)
        x = layers.MaxPooling2D(2 if i == 0 else 1, name=f"pool_{i}")(x)
    x = layers.AveragePooling2D(2, strides=1, name="smooth")(x)
    model = keras.Model(face, layers.Dense(10, name="landmarks")(layers.Flatten()(x)))
    for name, values in arrays().items():
        model.get_layer(name).set_weights(values)
    return model


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    def separable(i, o):
        return [nn.Conv2d(i, i, 3, groups=i, bias=False), nn.Conv2d(i, o, 1), nn.BatchNorm2d(o), nn.PReLU(o)]

    class Landmarks(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(*separable(3, 6), nn.MaxPool2d(2), *separable(6, 9), nn.AvgPool2d(2, stride=1))
            self.head = nn.Linear(36, 10)

        def forward(self, x):
            return self.head(torch.flatten(self.body(x), 1))

    weights, net = arrays(), Landmarks()
    state = {}
    for i, first in enumerate((0, 5)):
        depthwise, pointwise, bias = weights[f"sep_{i}"]
        state[f"body.{first}.weight"] = depthwise.transpose(2, 3, 0, 1)
        state[f"body.{first + 1}.weight"], state[f"body.{first + 1}.bias"] = pointwise.transpose(3, 2, 0, 1), bias
        for part, value in zip(("weight", "bias", "running_mean", "running_var"), weights[f"bn_{i}"], strict=True):
            state[f"body.{first + 2}.{part}"] = value
        state[f"body.{first + 2}.num_batches_tracked"] = np.int64(0)
        state[f"body.{first + 3}.weight"] = weights[f"prelu_{i}"][0].reshape(-1)
    kernel, bias = weights["landmarks"]
    state["head.weight"] = kernel.reshape(2, 2, 9, 10).transpose(3, 2, 0, 1).reshape(10, 36)
    state["head.bias"] = bias
    net.load_state_dict({k: torch.tensor(np.ascontiguousarray(v)) for k, v in state.items()})
    return net
