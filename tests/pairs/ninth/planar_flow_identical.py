"""Four planar flows behind a linear encoder: sample and the sum of the log determinants come out. u is corrected so
that every flow can be inverted.
"""

INPUTS = ("6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class PlanarFlow(layers.Layer):
        def build(self, shape):
            d = shape[-1]
            self.w = self.add_weight(shape=(d, 1), initializer="random_normal", name="w")
            self.u = self.add_weight(shape=(d, 1), initializer="random_normal", name="u")
            self.b = self.add_weight(shape=(1,), initializer="zeros", name="b")

        def call(self, z):
            inner = ops.sum(self.w * self.u)
            u = self.u + (ops.softplus(inner) - 1 - inner) * self.w / ops.sum(self.w**2)
            h = ops.tanh(ops.matmul(z, self.w) + self.b)
            psi = (1 - h**2) * ops.transpose(self.w)
            det = ops.abs(1 + ops.matmul(psi, u))
            return z + h * ops.transpose(u), ops.log(det)[:, 0]

    x = keras.Input((6,))
    z = layers.Dense(4, name="encode")(x)
    dets = []
    for i in range(4):
        z, det = PlanarFlow(name=f"flow_{i}")(z)
        dets.append(det)
    return keras.Model(x, [z, layers.Add(name="log_det")(dets)])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Planar(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(dim) * 0.1)
            self.scale = nn.Parameter(torch.randn(dim) * 0.1)
            self.bias = nn.Parameter(torch.zeros(()))

        def u_hat(self):
            wu = torch.dot(self.weight, self.scale)
            return self.scale + (F.softplus(wu) - 1.0 - wu) * self.weight / self.weight.pow(2).sum()

        def forward(self, z):
            u = self.u_hat()
            lin = z @ self.weight + self.bias
            log_det = torch.log(torch.abs(1 + torch.dot(u, self.weight) * (1 - torch.tanh(lin) ** 2)))
            return torch.addcmul(z, torch.tanh(lin).unsqueeze(-1), u.unsqueeze(0)), log_det

    class FlowEncoder(nn.Module):
        def __init__(self, dim=4, length=4):
            super().__init__()
            self.fc = nn.Linear(6, dim)
            self.flows = nn.ModuleList(Planar(dim) for _ in range(length))

        def forward(self, x):
            z, total = self.fc(x), 0.0
            for flow in self.flows:
                z, log_det = flow(z)
                total = total + log_det
            return z, total

    return FlowEncoder()
