"""Gradient clipping: changes ``.grad`` of the parameters in place."""

from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def clip_by_global_norm(parameters, limit):
    """Scale all gradients by one factor so that their joint norm is at most ``limit``."""
    clip_grad_norm_(parameters, limit)


def clip_by_norm(parameters, limit):
    """Scale each gradient so that its own norm is at most ``limit``."""
    for parameter in parameters:
        clip_grad_norm_(parameter, limit)


def clip_by_value(parameters, limit):
    """Bring every number of every gradient into [-limit, limit]."""
    clip_grad_value_(parameters, limit)
