"""Losses: modules (outputs, target) -> mean over the batch; outputs are logits unless the name says otherwise."""

import torch
import torch.nn.functional as F
from torch import nn


def mean_squared_error():
    """Targets (B, D) against outputs (B, D)."""
    return nn.MSELoss()


def mean_absolute_error():
    """Targets (B, D) against outputs (B, D)."""
    return nn.L1Loss()


def huber(delta=1.0):
    """Squared up to an error of ``delta``, straight beyond.  rule: loss-huber"""
    return nn.HuberLoss(delta=delta)


def binary_cross_entropy(smoothing=0.0):
    """Targets (B, D) in [0, 1] against logits (B, D).  rule: loss-binary-smoothing"""
    return BinaryCrossEntropy(smoothing) if smoothing else nn.BCEWithLogitsLoss()


def categorical_cross_entropy(smoothing=0.0):
    """One row of probabilities per sample (B, classes) against logits (B, classes)."""
    return nn.CrossEntropyLoss(label_smoothing=smoothing)


def cross_entropy(smoothing=0.0, class_weights=None):
    """Labels (B, ...) against logits (B, ..., classes); class weights are divided by their sum over the batch."""
    return CrossEntropy(None if class_weights is None else torch.as_tensor(class_weights), label_smoothing=smoothing)


def cross_entropy_on_probabilities():
    """Labels (B,) against probabilities (B, classes).  rule: loss-probabilities-clip"""
    return ProbabilityCrossEntropy()


def variational():
    """Reconstruction error plus the divergence of the code from a standard normal (Kingma and Welling, 2014)."""
    return Variational()


class Variational(nn.Module):
    """Targets (B, D) against reconstruction (B, D), mean and log_variance (B, code)."""

    def forward(self, outputs, target):
        mean, log_variance = outputs["mean"], outputs["log_variance"]
        divergence = (1 + log_variance - mean.square() - log_variance.exp()).sum(-1) * -0.5
        return F.mse_loss(outputs["reconstruction"], target) + divergence.mean()


class CrossEntropy(nn.CrossEntropyLoss):
    """``nn.CrossEntropyLoss`` with the classes on the last axis.  rule: loss-class-weights, loss-smoothing-weights"""

    def forward(self, outputs, target):
        if self.weight is not None:
            self.weight = self.weight.to(outputs)
        return super().forward(outputs.movedim(-1, 1), target)


class ProbabilityCrossEntropy(nn.Module):
    """Keras's cross-entropy on probabilities: clip, take the logarithm, normalise again."""

    def forward(self, outputs, target):
        return F.cross_entropy(outputs.clamp(1e-7, 1 - 1e-7).log(), target)


class BinaryCrossEntropy(nn.BCEWithLogitsLoss):
    """``nn.BCEWithLogitsLoss`` with Keras's smoothing: targets are drawn towards one half."""

    def __init__(self, smoothing):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, outputs, target):
        return super().forward(outputs, target * (1 - self.smoothing) + self.smoothing / 2)
