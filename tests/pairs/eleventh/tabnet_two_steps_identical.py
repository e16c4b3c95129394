"""TabNet on sixteen columns for a course project: one shared and one own block per step, gated units, sparsemax masks
with a relaxation of 1.3.
"""

INPUTS = ("16",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    columns, width, steps, gamma = 16, 8, 2, 1.3

    def norm(name):
        return layers.BatchNormalization(momentum=0.98, epsilon=1e-5, name=name)

    def glu(x):
        linear, gate = ops.split(x, 2, axis=-1)
        return linear * ops.sigmoid(gate)

    def sparsemax(logits):
        ordered = ops.flip(ops.sort(logits, axis=-1), axis=-1)
        sums = ops.cumsum(ordered, axis=-1)
        ranks = ops.cast(ops.arange(1, columns + 1), logits.dtype)
        inside = ops.cast(1 + ranks * ordered > sums, logits.dtype)
        size = ops.sum(inside, axis=-1, keepdims=True)
        threshold = (ops.sum(ordered * inside, axis=-1, keepdims=True) - 1) / size
        return ops.relu(logits - threshold)

    shared = layers.Dense(4 * width, use_bias=False, name="shared")

    def features(x, step):
        x = glu(norm(f"shared_norm_{step}")(shared(x)))
        own = layers.Dense(4 * width, use_bias=False, name=f"own_{step}")(x)
        return (x + glu(norm(f"own_norm_{step}")(own))) * math.sqrt(0.5)

    row = keras.Input((columns,), name="row")
    normed = norm("row_norm")(row)
    attended = features(normed, 0)[:, width:]
    prior = ops.ones_like(normed)
    total = 0
    for step in range(1, steps + 1):
        mask = layers.Dense(columns, use_bias=False, name=f"attend_{step}")(attended)
        mask = sparsemax(norm(f"attend_norm_{step}")(mask) * prior)
        prior = prior * (gamma - mask)
        x = features(mask * normed, step)
        total = total + ops.relu(x[:, :width])
        attended = x[:, width:]
    return keras.Model(row, layers.Dense(3, name="classes")(total))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def bn(features):
        return nn.BatchNorm1d(features, momentum=0.02)

    class Sparsemax(nn.Module):
        def forward(self, z):
            top, _ = z.sort(dim=-1, descending=True)
            k = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype, device=z.device)
            cumulative = top.cumsum(dim=-1) - 1
            support = (k * top > cumulative).sum(dim=-1, keepdim=True)
            tau = cumulative.gather(-1, support - 1) / support.to(z.dtype)
            return torch.clamp(z - tau, min=0)

    class FeatureTransformer(nn.Module):
        def __init__(self, shared, width):
            super().__init__()
            self.shared = shared
            self.bn1 = bn(width)
            self.fc = nn.Linear(width // 2, width, bias=False)
            self.bn2 = bn(width)

        def forward(self, x):
            x = F.glu(self.bn1(self.shared(x)), dim=-1)
            return (x + F.glu(self.bn2(self.fc(x)), dim=-1)) * 0.5**0.5

    class AttentiveTransformer(nn.Module):
        def __init__(self, width, columns):
            super().__init__()
            self.fc = nn.Linear(width, columns, bias=False)
            self.bn = bn(columns)
            self.sparsemax = Sparsemax()

        def forward(self, priors, processed):
            return self.sparsemax(self.bn(self.fc(processed)) * priors)

    class TabNet(nn.Module):
        def __init__(self, columns=16, n_d=8, n_a=8, n_steps=2, gamma=1.3):
            super().__init__()
            self.n_d, self.gamma = n_d, gamma
            self.initial_bn = bn(columns)
            shared = nn.Linear(columns, 2 * (n_d + n_a), bias=False)
            self.initial_splitter = FeatureTransformer(shared, 2 * (n_d + n_a))
            self.feat = nn.ModuleList(FeatureTransformer(shared, 2 * (n_d + n_a)) for _ in range(n_steps))
            self.att = nn.ModuleList(AttentiveTransformer(n_a, columns) for _ in range(n_steps))
            self.final_mapping = nn.Linear(n_d, 3)

        def forward(self, x):
            x = self.initial_bn(x)
            prior = torch.ones_like(x)
            a = self.initial_splitter(x)[:, self.n_d :]
            decisions = []
            for feat, att in zip(self.feat, self.att, strict=True):
                m = att(prior, a)
                prior = (self.gamma - m) * prior
                d, a = feat(m * x).tensor_split([self.n_d], dim=1)
                decisions.append(F.relu(d))
            return self.final_mapping(torch.stack(decisions).sum(dim=0))

    return TabNet()
