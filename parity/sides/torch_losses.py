"""Losses by name, mean over the batch, as PyTorch writes them: (target, outputs by name) -> scalar."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

Outputs = dict[str, Tensor]


def first(outputs: Outputs) -> Tensor:
    """The output that a loss of one output looks at."""
    return next(iter(outputs.values()))


def cross_entropy(target: Tensor, outputs: Outputs) -> Tensor:
    return F.cross_entropy(torch.movedim(first(outputs), -1, 1), target.long())


def cross_entropy_on_probabilities(target: Tensor, outputs: Outputs) -> Tensor:
    """rule: loss-probabilities-clip"""
    return F.cross_entropy(first(outputs).clamp(1e-7, 1 - 1e-7).log(), target.long())


def binary_cross_entropy(target: Tensor, outputs: Outputs) -> Tensor:
    return F.binary_cross_entropy_with_logits(first(outputs), target)


def mean_squared_error(target: Tensor, outputs: Outputs) -> Tensor:
    return F.mse_loss(first(outputs), target)


def variational(target: Tensor, outputs: Outputs) -> Tensor:
    """Reconstruction error plus the divergence of the code from a standard normal (Kingma and Welling, 2014)."""
    mean, log_variance = outputs["mean"], outputs["log_variance"]
    divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(-1).mean()
    return F.mse_loss(outputs["reconstruction"], target) + divergence


def squares(target: Tensor, outputs: Outputs) -> Tensor:
    """Every floating output is drawn to one number per sample (B,): a loss for models that have none of their own."""
    floating = [tensor for tensor in outputs.values() if tensor.is_floating_point()]
    return torch.stack([(tensor - _beside(target, tensor)).square().mean() for tensor in floating]).sum()


def _beside(target: Tensor, tensor: Tensor) -> Tensor:
    return target.reshape(-1, *[1] * (tensor.dim() - 1))


LOSSES = {
    function.__name__: function
    for function in (
        cross_entropy,
        cross_entropy_on_probabilities,
        binary_cross_entropy,
        mean_squared_error,
        variational,
        squares,
    )
}
