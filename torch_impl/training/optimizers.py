"""Optimizers: PyTorch's own, and Lion by its paper.

Weight decay is coupled, except in AdamW, Lion and Adafactor.
"""

import torch
from torch.optim import SGD, Adafactor, Adagrad, Adam, AdamW, RMSprop

from torch_impl.training.optimizer import Optimizer

__all__ = ["SGD", "Adafactor", "Adagrad", "Adam", "AdamW", "Lion", "RMSprop"]


class Lion(Optimizer):
    """Lion (Chen et al., 2023): the sign of a momentum; decoupled decay.  rule: lion"""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self.update(parameter, parameter.grad, group["lr"], group["betas"], group["weight_decay"])
        return loss

    def update(self, parameter, gradient, rate, betas, decay):
        momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        parameter.mul_(1 - rate * decay)
        parameter.sub_(rate * torch.sign(momentum * betas[0] + gradient * (1 - betas[0])))
        momentum.mul_(betas[1]).add_(gradient, alpha=1 - betas[1])
