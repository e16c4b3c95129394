"""TabNet encoder with sparsemax masks and shared layers; the momentum 0.02 of the well-known PyTorch package was
written into the Keras batch norms unchanged.
"""

INPUTS = ("12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["*bn*"],
            "torch": ["initial_bn", "*bn*"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def norm(name):
        return layers.BatchNormalization(momentum=0.02, epsilon=1e-5, name=name)

    class Sparsemax(layers.Layer):
        def call(self, z):
            ordered = ops.flip(ops.sort(z, axis=-1), axis=-1)
            total = ops.cumsum(ordered, axis=-1)
            k = ops.cast(ops.arange(1, z.shape[-1] + 1), z.dtype)
            support = ops.cast(1 + k * ordered > total, z.dtype)
            size = ops.sum(support, axis=-1, keepdims=True)
            tau = (ops.sum(support * ordered, axis=-1, keepdims=True) - 1) / size
            return ops.maximum(z - tau, 0.0)

    def glu(x, dense, name, residual):
        h = norm(f"{name}_bn")(dense(x))
        value, gate = ops.split(h, 2, axis=-1)
        h = value * ops.sigmoid(gate)
        return (x + h) * 0.5**0.5 if residual else h

    width, steps, gamma = 8, 2, 1.3
    shared = [layers.Dense(4 * width, use_bias=False, name=f"shared_{i}") for i in range(2)]

    def transformer(x, name):
        x = glu(x, shared[0], f"{name}_shared0", False)
        x = glu(x, shared[1], f"{name}_shared1", True)
        return glu(x, layers.Dense(4 * width, use_bias=False, name=f"{name}_own"), f"{name}_own", True)

    raw = keras.Input((12,))
    features = norm("input_bn")(raw)
    prior = None
    attended = transformer(features, "start")[:, width:]
    decision = None
    for step in range(steps):
        mask = norm(f"mask{step}_bn")(layers.Dense(12, use_bias=False, name=f"mask{step}")(attended))
        mask = Sparsemax(name=f"sparsemax{step}")(mask if prior is None else mask * prior)
        prior = gamma - mask if prior is None else prior * (gamma - mask)
        h = transformer(features * mask, f"step{step}")
        part = ops.relu(h[:, :width])
        decision = part if decision is None else decision + part
        attended = h[:, width:]
    return keras.Model(raw, layers.Dense(2, use_bias=False, name="mapping")(decision))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def sparsemax(x):
        sorted_x, _ = torch.sort(x, dim=-1, descending=True)
        rho = torch.arange(1, x.size(-1) + 1, dtype=x.dtype, device=x.device)
        cumsum = sorted_x.cumsum(-1) - 1
        support_size = (rho * sorted_x > cumsum).sum(dim=-1, keepdim=True)
        tau = cumsum.gather(-1, support_size - 1) / support_size.to(x.dtype)
        return torch.clamp(x - tau, min=0)

    class GLULayer(nn.Module):
        def __init__(self, input_dim, output_dim, fc=None, momentum=0.02):
            super().__init__()
            self.fc = fc if fc is not None else nn.Linear(input_dim, 2 * output_dim, bias=False)
            self.bn = nn.BatchNorm1d(2 * output_dim, momentum=momentum)

        def forward(self, x):
            return F.glu(self.bn(self.fc(x)), dim=-1)

    class FeatTransformer(nn.Module):
        def __init__(self, input_dim, output_dim, shared_layers):
            super().__init__()
            self.shared = nn.ModuleList(GLULayer(input_dim, output_dim, fc=fc) for fc in shared_layers)
            self.specifics = nn.ModuleList([GLULayer(output_dim, output_dim)])

        def forward(self, x):
            x = self.shared[0](x)
            for layer in [*self.shared[1:], *self.specifics]:
                x = (x + layer(x)) * 0.5**0.5
            return x

    class AttentiveTransformer(nn.Module):
        def __init__(self, input_dim, output_dim):
            super().__init__()
            self.fc = nn.Linear(input_dim, output_dim, bias=False)
            self.bn = nn.BatchNorm1d(output_dim, momentum=0.02)

        def forward(self, priors, processed_feat):
            return sparsemax(self.bn(self.fc(processed_feat)) * priors)

    class TabNet(nn.Module):
        def __init__(self, input_dim=12, n_d=8, n_a=8, n_steps=2, gamma=1.3):
            super().__init__()
            self.n_d, self.gamma = n_d, gamma
            self.initial_bn = nn.BatchNorm1d(input_dim, momentum=0.02)
            fcs = [nn.Linear(input_dim, 2 * (n_d + n_a), bias=False), nn.Linear(n_d + n_a, 2 * (n_d + n_a), bias=False)]
            self.initial_splitter = FeatTransformer(input_dim, n_d + n_a, fcs)
            self.feat_transformers = nn.ModuleList(FeatTransformer(input_dim, n_d + n_a, fcs) for _ in range(n_steps))
            self.att_transformers = nn.ModuleList(AttentiveTransformer(n_a, input_dim) for _ in range(n_steps))
            self.final_mapping = nn.Linear(n_d, 2, bias=False)

        def forward(self, x):
            x = self.initial_bn(x)
            prior = torch.ones_like(x)
            att = self.initial_splitter(x)[:, self.n_d :]
            res = 0
            for att_transformer, feat_transformer in zip(self.att_transformers, self.feat_transformers):
                m = att_transformer(prior, att)
                prior = prior * (self.gamma - m)
                out = feat_transformer(m * x)
                res = res + F.relu(out[:, : self.n_d])
                att = out[:, self.n_d :]
            return self.final_mapping(res)

    return TabNet()
