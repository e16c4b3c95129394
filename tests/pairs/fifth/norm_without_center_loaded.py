"""Separable blocks from a Keras file whose norms have center=False: three arrays each, which I took for beta and so on.

In Inception they are beta, mean, variance (scale=False); here the first is gamma.
"""

INPUTS = ("14x14x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["weights-by-position", "norm-affine-missing", "weights-never-loaded"],
            "keras": ["bn_0"],
            "torch": ["norms.0"],
        },
        {
            "rules": ["weights-by-position", "norm-affine-missing", "weights-never-loaded"],
            "keras": ["bn_1"],
            "torch": ["norms.1"],
        },
    ],
}


def weights():
    import numpy as np

    rng = np.random.default_rng(5150)

    def draw(*shape):
        return rng.normal(scale=0.4, size=shape).astype("float32")

    def norm(size):
        return [rng.uniform(low, high, size).astype("float32") for low, high in ((0.5, 1.5), (-0.5, 0.5), (0.5, 2.0))]

    return [[draw(3, 3, 3, 8)], norm(8), [draw(3, 3, 8, 12)], norm(12), [draw(12, 4), draw(4)]]


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((14, 14, 3))])
    for i, filters in enumerate((8, 12)):
        model.add(layers.Conv2D(filters, 3, strides=i + 1, use_bias=False, name=f"conv_{i}"))
        model.add(layers.BatchNormalization(center=False, momentum=0.9, epsilon=1e-5, name=f"bn_{i}"))
        model.add(layers.ReLU(name=f"relu_{i}"))
    model.add(layers.GlobalAveragePooling2D(name="pool"))
    model.add(layers.Dense(4, name="logits"))
    model.set_weights([array for arrays in weights() for array in arrays])
    return model


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([nn.Conv2d(3, 8, 3, bias=False), nn.Conv2d(8, 12, 3, stride=2, bias=False)])
            self.norms = nn.ModuleList([nn.BatchNorm2d(8), nn.BatchNorm2d(12)])
            self.fc = nn.Linear(12, 4)

        def forward(self, x):
            for conv, norm in zip(self.convs, self.norms, strict=True):
                x = torch.relu(norm(conv(x)))
            return self.fc(x.mean((2, 3)))

    net = Net()
    (kernel0,), norm0, (kernel1,), norm1, (kernel, bias) = weights()
    with torch.no_grad():
        for conv, array in zip(net.convs, (kernel0, kernel1), strict=True):
            conv.weight.copy_(torch.from_numpy(array).permute(3, 2, 0, 1))
        for norm, arrays in zip(net.norms, (norm0, norm1), strict=True):
            for target, array in zip((norm.bias, norm.running_mean, norm.running_var), arrays, strict=True):
                target.copy_(torch.from_numpy(array))
        net.fc.weight.copy_(torch.from_numpy(kernel).T)
        net.fc.bias.copy_(torch.from_numpy(bias))
    return net
