"""TabNet with two decision steps: shared and own GLU layers, sparsemax masks, logits and the mean mask entropy."""

INPUTS = ("9",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def sparsemax(z):
        n = z.shape[-1]
        ordered = ops.flip(ops.sort(z, axis=-1), axis=-1)
        sums = ops.cumsum(ordered, axis=-1)
        ranks = ops.cast(ops.arange(1, n + 1), z.dtype)
        support = ops.cast(1.0 + ranks * ordered > sums, z.dtype)
        k = ops.sum(support, axis=-1, keepdims=True)
        tau = (ops.sum(support * ordered, axis=-1, keepdims=True) - 1.0) / k
        return ops.relu(z - tau)

    class GluLayer(layers.Layer):
        def __init__(self, units, fc=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.fc = fc if fc is not None else layers.Dense(2 * units, use_bias=False, name="fc")
            self.bn = layers.BatchNormalization(momentum=0.98, epsilon=1e-5, name="bn")

        def call(self, x, training=None):
            x = self.bn(self.fc(x), training=training)
            value, gate = ops.split(x, 2, axis=-1)
            return value * ops.sigmoid(gate)

    class FeatureTransformer(layers.Layer):
        def __init__(self, units, shared, **kwargs):
            super().__init__(**kwargs)
            self.blocks = [GluLayer(units, fc, name=f"shared_{i}") for i, fc in enumerate(shared)]
            self.blocks += [GluLayer(units, name=f"own_{i}") for i in range(2)]

        def call(self, x, training=None):
            x = self.blocks[0](x, training=training)
            for block in self.blocks[1:]:
                x = (x + block(x, training=training)) * math.sqrt(0.5)
            return x

    class TabNet(keras.Model):
        def __init__(self, features=9, d=4, a=4, steps=2, gamma=1.3, classes=3, **kwargs):
            super().__init__(**kwargs)
            self.d, self.steps, self.gamma = d, steps, gamma
            self.bn = layers.BatchNormalization(momentum=0.98, epsilon=1e-5, name="input_bn")
            shared = [layers.Dense(2 * (d + a), use_bias=False, name=f"shared_fc_{i}") for i in range(2)]
            self.first = FeatureTransformer(d + a, shared, name="splitter")
            self.transformers = [FeatureTransformer(d + a, shared, name=f"feat_{i}") for i in range(steps)]
            self.att_fc = [layers.Dense(features, use_bias=False, name=f"att_fc_{i}") for i in range(steps)]
            self.att_bn = [
                layers.BatchNormalization(momentum=0.98, epsilon=1e-5, name=f"att_bn_{i}") for i in range(steps)
            ]
            self.final = layers.Dense(classes, use_bias=False, name="final")

        def call(self, x, training=None):
            x = self.bn(x, training=training)
            prior = ops.ones_like(x)
            attended = self.first(x, training=training)[:, self.d :]
            total, entropy = 0.0, 0.0
            for i in range(self.steps):
                mask = sparsemax(prior * self.att_bn[i](self.att_fc[i](attended), training=training))
                entropy = entropy - ops.sum(mask * ops.log(mask + 1e-5), axis=1) / self.steps
                prior = prior * (self.gamma - mask)
                out = self.transformers[i](mask * x, training=training)
                total = total + ops.relu(out[:, : self.d])
                attended = out[:, self.d :]
            return self.final(total), entropy

    return TabNet(name="tab_net")


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Sparsemax(nn.Module):
        def forward(self, z):
            zs, _ = torch.sort(z, dim=-1, descending=True)
            rho = torch.arange(1, z.shape[-1] + 1, device=z.device, dtype=z.dtype)
            cs = zs.cumsum(-1) - 1
            k = (rho * zs > cs).sum(dim=-1, keepdim=True)
            tau = cs.gather(-1, k - 1) / k.to(z.dtype)
            return torch.clamp(z - tau, min=0)

    class GLULayer(nn.Module):
        def __init__(self, i, o, fc=None, momentum=0.02):
            super().__init__()
            self.output_dim = o
            self.fc = fc if fc is not None else nn.Linear(i, 2 * o, bias=False)
            self.bn = nn.BatchNorm1d(2 * o, momentum=momentum)

        def forward(self, x):
            return F.glu(self.bn(self.fc(x)), dim=-1)

    class FeatTransformer(nn.Module):
        def __init__(self, i, o, shared_layers, n_independent=2):
            super().__init__()
            self.shared = nn.ModuleList([GLULayer(i, o, fc) for fc in shared_layers])
            self.specifics = nn.ModuleList([GLULayer(o, o) for _ in range(n_independent)])
            self.register_buffer("scale", torch.tensor(0.5).sqrt(), persistent=False)

        def forward(self, x):
            x = self.shared[0](x)
            for layer in [*self.shared[1:], *self.specifics]:
                x = torch.add(x, layer(x)) * self.scale
            return x

    class TabNetEncoder(nn.Module):
        def __init__(self, input_dim=9, n_d=4, n_a=4, n_steps=2, gamma=1.3):
            super().__init__()
            self.n_d, self.gamma, self.n_steps = n_d, gamma, n_steps
            width = n_d + n_a
            shared = nn.ModuleList(
                [nn.Linear(input_dim, 2 * width, bias=False), nn.Linear(width, 2 * width, bias=False)]
            )
            self.initial_bn = nn.BatchNorm1d(input_dim, momentum=0.02)
            self.initial_splitter = FeatTransformer(input_dim, width, shared)
            self.feat_transformers = nn.ModuleList(FeatTransformer(input_dim, width, shared) for _ in range(n_steps))
            self.att_transformers = nn.ModuleList(
                nn.Sequential(nn.Linear(n_a, input_dim, bias=False), nn.BatchNorm1d(input_dim, momentum=0.02))
                for _ in range(n_steps)
            )
            self.selector = Sparsemax()

        def forward(self, x):
            x = self.initial_bn(x)
            prior = torch.ones_like(x)
            entropy = 0
            att = self.initial_splitter(x)[:, self.n_d :]
            steps_output = []
            for transformer, attention in zip(self.feat_transformers, self.att_transformers, strict=False):
                m = self.selector(attention(att) * prior)
                entropy = entropy + torch.sum(-m * torch.log(m + 1e-5), dim=1)
                prior = torch.mul(self.gamma - m, prior)
                d, att = transformer(torch.mul(m, x)).split(self.n_d, dim=1)
                steps_output.append(F.relu(d))
            return torch.stack(steps_output).sum(0), entropy / self.n_steps

    class TabNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = TabNetEncoder()
            self.final_mapping = nn.Linear(4, 3, bias=False)

        def forward(self, x):
            h, entropy = self.encoder(x)
            return self.final_mapping(h), entropy

    return TabNet()
