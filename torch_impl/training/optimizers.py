"""Optimizers: PyTorch's own; their weight decay is coupled (``gradient += decay * weight``) unless the name ends in W."""

from torch.optim import Adam

__all__ = ["Adam"]
