"""Metrics (target, outputs) -> one number per sample; ``fit`` takes their mean."""


def accuracy(target, outputs):
    """1 where the largest of the outputs (B, classes) is the label (B,)."""
    return (outputs.argmax(-1) == target).double()


def binary_accuracy(target, outputs):
    """1 where the logit (B, 1) is positive and the label (B, 1) is 1, or neither.  rule: metric-logit-threshold"""
    return ((outputs > 0) == (target > 0)).double().mean(-1)
