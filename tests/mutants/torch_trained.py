"""The twins of ``keras_trained``; ``fault`` breaks what only training shows."""

import torch
import torch.nn.functional as F
from torch import nn


class TableNet(nn.Module):
    """Features (B, 6) -> logits (B, classes)."""

    def __init__(self, classes=3, fault=""):
        super().__init__()
        self.first = nn.Linear(6, 5)
        self.norm = NORMS.get(fault, nn.BatchNorm1d)(5)
        if fault == "norm-momentum":
            self.norm.momentum = 0.01
        self.relu = nn.ReLU()
        self.drop = UnscaledDropout(0.25) if fault == "dropout-unscaled" else nn.Dropout(0.25)
        self.head = nn.Linear(5, classes)
        if fault == "frozen-bias":
            self.head.bias.requires_grad_(False)

    def forward(self, features):
        return self.head(self.drop(self.relu(self.norm(self.first(features)))))


class BiasedNorm(nn.BatchNorm1d):
    """Keeps the biased variance of a batch, as Keras's own layer does."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            self.running_mean.lerp_(x.mean(0), self.momentum)
            self.running_var.lerp_(x.var(0, unbiased=False), self.momentum)
        return F.batch_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)


class FrozenNorm(nn.BatchNorm1d):
    """Normalises by its running statistics while training."""

    def forward(self, x):
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)


class UnscaledDropout(nn.Dropout):
    """Drops without making up for it."""

    def forward(self, x):
        return super().forward(x) * (1 - self.p) if self.training else x


NORMS = {"norm-biased": BiasedNorm, "norm-frozen": FrozenNorm}


class TokenNet(nn.Module):
    """Tokens (B, L) -> logits (B, classes)."""

    def __init__(self, classes=3):
        super().__init__()
        self.embedding = nn.Embedding(12, 4)
        self.head = nn.Linear(4, classes)

    def forward(self, tokens):
        rows = self.embedding(tokens)
        if rows.requires_grad:
            rows.register_hook(lambda gradient: setattr(self.embedding.weight, "occurrences", (tokens, gradient)))
        return self.head(rows.mean(1))


class ProbabilityNet(nn.Module):
    """Features (B, 6) -> probabilities (B, classes)."""

    def __init__(self, classes=3):
        super().__init__()
        self.head = nn.Linear(6, classes)
        self.softmax = nn.Softmax(-1)

    def forward(self, features):
        return self.softmax(self.head(features))
