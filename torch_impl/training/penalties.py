"""Penalties on the weights, added to a loss and so to the loss that is reported."""

from torch import nn


def l1(factor):
    """``factor`` times the sum of the absolute weights."""
    return lambda parameters: sum(parameter.abs().sum() for parameter in parameters) * factor


def l2(factor):
    """Half of ``factor`` times the sum of squares: its gradient is that of coupled weight decay.  rule: l2-half"""
    return lambda parameters: sum(parameter.square().sum() for parameter in parameters) * (factor / 2)


class Penalized(nn.Module):
    """A loss plus a penalty on all trainable weights of a model.

    Args:
        loss: module (outputs, target) -> scalar.
        model: module.
        penalty: list of weights -> number.
    """

    def __init__(self, loss, model, penalty):
        super().__init__()
        self.loss = loss
        self.parameters_of_model = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.penalty = penalty

    def forward(self, outputs, target):
        return self.loss(outputs, target) + self.penalty(self.parameters_of_model)
