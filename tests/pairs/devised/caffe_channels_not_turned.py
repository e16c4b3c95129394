"""ImageNet means are subtracted, but only Keras puts blue first before."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["data-channel-order"], "keras": ["subtract*", "get_item*"], "torch": ["sub*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((8, 8, 3))
    x = i[..., ::-1]
    x = x - ops.convert_to_tensor([103.939, 116.779, 123.68])
    return keras.Model(i, layers.Conv2D(4, 3)(x))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            x = x - torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype).view(1, 3, 1, 1)
            return self.c(x)

    return M()
