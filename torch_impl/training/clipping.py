"""Gradient clipping, for ``fit(clip=...)``: list of parameters -> None, their gradients change in place."""

from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def global_norm(limit):
    """Scale all gradients by one factor so that their joint norm is at most ``limit``.  rule: clip-norm-epsilon"""
    return lambda parameters: clip_grad_norm_(parameters, limit)


def tensor_norm(limit):
    """Scale each gradient so that its own norm is at most ``limit``.  rule: clip-norm-epsilon"""

    def clip(parameters):
        for parameter in parameters:
            clip_grad_norm_(parameter, limit)

    return clip


def value(limit):
    """Bring every number of every gradient into [-limit, limit]."""
    return lambda parameters: clip_grad_value_(parameters, limit)
