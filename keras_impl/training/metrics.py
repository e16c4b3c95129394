"""Metrics (target, outputs) -> one number per sample; ``fit`` takes their mean."""

import keras
from keras import ops


def accuracy(target, outputs):
    """1 where the largest of the outputs (B, classes) is the label (B,)."""
    return _number(ops.equal(ops.argmax(outputs, axis=-1), ops.cast(target, "int32")))


def binary_accuracy(target, outputs):
    """1 where the logit (B, 1) is positive and the label (B, 1) is 1, or neither.  rule: metric-logit-threshold"""
    return ops.mean(_number(ops.equal(outputs > 0, target > 0)), axis=-1)


def _number(truth):
    return ops.cast(truth, keras.config.floatx())
