"""What all optimizers of this package share: PyTorch's own base class."""

from torch.optim import Optimizer

__all__ = ["Optimizer"]
