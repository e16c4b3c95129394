"""Two depthwise separable blocks out of an old checkpoint, whose variables are sorted by name: beta comes before gamma.
The PyTorch loader goes through them in the order of its state dict.
"""

INPUTS = ("14x14x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["weights-by-position"],
            "keras": ["bn_*"],
            "torch": ["blocks.*.bn*"],
        }
    ],
}


def checkpoint():
    import numpy as np

    rng = np.random.default_rng(23)
    found = {}
    for i, (c_in, c_out) in enumerate(((3, 8), (8, 12))):
        found[f"block{i}/depthwise/kernel"] = rng.normal(size=(3, 3, c_in, 1), scale=0.5)
        found[f"block{i}/pointwise/kernel"] = rng.normal(size=(1, 1, c_in, c_out), scale=0.5)
        found[f"block{i}/norm/beta"] = rng.normal(size=c_out, scale=0.4)
        found[f"block{i}/norm/gamma"] = rng.uniform(0.5, 1.5, size=c_out)
        found[f"block{i}/norm/moving_mean"] = rng.normal(size=c_out, scale=0.3)
        found[f"block{i}/norm/moving_variance"] = rng.uniform(0.5, 2.0, size=c_out)
    found["logits/bias"] = rng.normal(size=5)
    found["logits/kernel"] = rng.normal(size=(12, 5))
    return {name: found[name].astype("float32") for name in sorted(found)}


def keras_model():
    from keras import Sequential, layers

    weights = checkpoint()
    model = Sequential([layers.Input((14, 14, 3))])
    for i, filters in enumerate((8, 12)):
        model.add(layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"depthwise_{i}"))
        model.add(layers.Conv2D(filters, 1, use_bias=False, name=f"pointwise_{i}"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}"))
        model.add(layers.ReLU(name=f"relu_{i}"))
        model.get_layer(f"depthwise_{i}").set_weights([weights[f"block{i}/depthwise/kernel"]])
        model.get_layer(f"pointwise_{i}").set_weights([weights[f"block{i}/pointwise/kernel"]])
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        model.get_layer(f"bn_{i}").set_weights([weights[f"block{i}/norm/{part}"] for part in parts])
    model.add(layers.GlobalAveragePooling2D(name="pool"))
    model.add(layers.Dense(5, name="logits"))
    model.get_layer("logits").set_weights([weights["logits/kernel"], weights["logits/bias"]])
    return model


def torch_model():
    from collections import OrderedDict

    import torch
    from torch import nn

    def block(c_in, c_out):
        return nn.Sequential(
            OrderedDict(
                dw=nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False),
                pw=nn.Conv2d(c_in, c_out, 1, bias=False),
                bn=nn.BatchNorm2d(c_out),
                act=nn.ReLU(),
            )
        )

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([block(3, 8), block(8, 12)])
            self.fc = nn.Linear(12, 5)

        def forward(self, x):
            for each in self.blocks:
                x = each(x)
            return self.fc(x.mean((2, 3)))

    net, weights = Net(), checkpoint()
    with torch.no_grad():
        for i, each in enumerate(net.blocks):
            each.dw.weight.copy_(torch.from_numpy(weights[f"block{i}/depthwise/kernel"]).permute(2, 3, 0, 1))
            each.pw.weight.copy_(torch.from_numpy(weights[f"block{i}/pointwise/kernel"]).permute(3, 2, 0, 1))
            values = [array for name, array in weights.items() if name.startswith(f"block{i}/norm/")]
            for target, array in zip((t for t in each.bn.state_dict().values() if t.dim()), values):
                target.copy_(torch.from_numpy(array))
        net.fc.weight.copy_(torch.from_numpy(weights["logits/kernel"]).T)
        net.fc.bias.copy_(torch.from_numpy(weights["logits/bias"]))
    return net
