"""Losses, mean over the batch, with PyTorch's meaning."""

import keras


def cross_entropy():
    """Labels (B,) against logits (B, classes)."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="cross_entropy")
