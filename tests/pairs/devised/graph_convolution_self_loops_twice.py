"""My graph convolution adds the identity twice for the self loops."""

INPUTS = ("6x4", "6x6")
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["scale-other"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((6, 4), name="x")
    a = keras.Input((6, 6), name="a")
    a1 = ops.cast(a > 0, a.dtype) + ops.eye(6, dtype=a.dtype)
    d = 1.0 / ops.sqrt(ops.sum(a1, axis=-1))
    n = a1 * d[:, :, None] * d[:, None, :]
    h = ops.relu(ops.matmul(n, layers.Dense(8, name="w0")(x)))
    h = ops.matmul(n, layers.Dense(8, name="w1")(h))
    y = layers.Dense(3, name="out")(ops.mean(h, axis=1))
    return keras.Model([x, a], y)


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w0, self.w1, self.out = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 3)

        def forward(self, x, a):
            a = (a > 0).to(x.dtype) + 2 * torch.eye(6, dtype=x.dtype)
            d = a.sum(-1).pow(-0.5)
            n = d.unsqueeze(-1) * a * d.unsqueeze(1)
            h = torch.relu(torch.bmm(n, self.w0(x)))
            h = torch.bmm(n, self.w1(h))
            return self.out(h.mean(1))

    return Net()
