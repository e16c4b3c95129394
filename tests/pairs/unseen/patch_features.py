"""ViT with patches cut by reshape: the Linear got the Keras kernel, but its patches list channels first."""

INPUTS = ("8x8x3",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["patch-feature-order", "reshape-order", "flatten-order"],
            "keras": ["reshape*", "permute*", "patches", "projection"],
            "torch": [
                "to_patch_embedding",
                "to_patch_embedding.*",
                "unfold",
                "projection",
                "reshape",
                "flatten",
                "permute",
                "transpose",
                "",
            ],
        }
    ],
}


def trained():
    import numpy as np

    rng = np.random.default_rng(31)
    shapes = ((48, 10), (10,), (10, 4), (4,))
    return [rng.normal(size=shape, scale=0.3).astype("float32") for shape in shapes]


def keras_model():
    import keras
    from keras import layers

    image = keras.Input((8, 8, 3))
    x = layers.Reshape((2, 4, 2, 4, 3), name="reshape_patches")(image)
    x = layers.Permute((1, 3, 2, 4, 5), name="permute_patches")(x)
    x = layers.Reshape((4, 48), name="patches")(x)
    x = layers.Dense(10, name="projection")(x)
    x = layers.Activation("gelu")(x)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(image, layers.Dense(4, name="head")(x))
    model.set_weights(trained())
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class PatchNet(nn.Module):
        def __init__(self, p=4):
            super().__init__()
            self.p = p
            self.projection = nn.Linear(3 * p * p, 10)
            self.head = nn.Linear(10, 4)

        def forward(self, x):
            patches = F.unfold(x, kernel_size=self.p, stride=self.p).transpose(1, 2)
            return self.head(F.gelu(self.projection(patches)).mean(dim=1))

    net = PatchNet()
    kernel, bias, head, head_bias = (torch.from_numpy(each) for each in trained())
    net.load_state_dict(
        {"projection.weight": kernel.T, "projection.bias": bias, "head.weight": head.T, "head.bias": head_bias}
    )
    return net
