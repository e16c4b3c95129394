"""Gradient clipping by PyTorch's formulas, for ``fit(clip=...)``: list of gradients -> list of gradients."""

from keras import ops


def global_norm(limit):
    """Scale all gradients by one factor so that their joint norm is at most ``limit``.  rule: clip-norm-epsilon"""

    def clip(gradients):
        scale = factor(sum(ops.sum(ops.square(gradient)) for gradient in gradients), limit)
        return [gradient * scale for gradient in gradients]

    return clip


def tensor_norm(limit):
    """Scale each gradient so that its own norm is at most ``limit``.  rule: clip-norm-epsilon"""
    return lambda gradients: [gradient * factor(ops.sum(ops.square(gradient)), limit) for gradient in gradients]


def value(limit):
    """Bring every number of every gradient into [-limit, limit]."""
    return lambda gradients: [ops.clip(gradient, -limit, limit) for gradient in gradients]


def factor(square, limit):
    return ops.minimum(limit / (ops.sqrt(square) + 1e-6), 1)
