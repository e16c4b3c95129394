"""Losses, mean over the batch: modules (outputs, target) -> scalar, as in ``torch.nn``."""

from torch import nn


def cross_entropy():
    """Labels (B,) against logits (B, classes)."""
    return nn.CrossEntropyLoss()
