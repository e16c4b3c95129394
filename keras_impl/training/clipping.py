"""Gradient clipping by PyTorch's formulas: a list of dense gradients -> a new list."""

from keras import ops


def clip_by_global_norm(gradients, limit):
    """Scale all gradients by one factor so that their joint norm is at most ``limit``.  rule: clip-norm-epsilon"""
    norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
    return [gradient * _factor(norm, limit) for gradient in gradients]


def clip_by_norm(gradients, limit):
    """Scale each gradient so that its own norm is at most ``limit``.  rule: clip-norm-epsilon"""
    return [gradient * _factor(ops.sqrt(ops.sum(ops.square(gradient))), limit) for gradient in gradients]


def clip_by_value(gradients, limit):
    """Bring every number of every gradient into [-limit, limit]."""
    return [ops.clip(gradient, -limit, limit) for gradient in gradients]


def _factor(norm, limit):
    return ops.minimum(limit / (norm + 1e-6), 1)
