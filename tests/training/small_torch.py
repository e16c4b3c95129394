"""The twins of ``small_keras``."""

import torch
from torch import nn

from torch_impl.layers.aligned import LSTM


class NormNet(nn.Module):
    """Features (B, *shape) -> logits or probabilities (B, classes)."""

    def __init__(self, shape=(6,), classes=2, probabilities=False):
        super().__init__()
        self.flatten = nn.Flatten() if len(shape) > 1 else None
        self.first = nn.Linear(torch.Size(shape).numel(), 16)
        self.norm = nn.BatchNorm1d(16)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(16, classes)
        self.softmax = nn.Softmax(-1) if probabilities else None

    def forward(self, features):
        x = self.flatten(features) if self.flatten else features
        x = self.head(self.drop(self.relu(self.norm(self.first(x)))))
        return self.softmax(x) if self.softmax else x


class RecurrentNet(nn.Module):
    """Features (B, *shape), one number or one row per step -> logits or probabilities (B, classes)."""

    def __init__(self, shape=(6,), classes=2, probabilities=False):
        super().__init__()
        self.first = LSTM(shape[1] if len(shape) > 1 else 1, 8, batch_first=True)
        self.drop = nn.Dropout(0.2)
        self.second = LSTM(8, 8, batch_first=True)
        self.head = nn.Linear(8, classes)
        self.softmax = nn.Softmax(-1) if probabilities else None

    def forward(self, features):
        x = features if features.dim() > 2 else features.unsqueeze(-1)
        x = self.head(self.second(self.drop(self.first(x)[0]))[0][:, -1])
        return self.softmax(x) if self.softmax else x
