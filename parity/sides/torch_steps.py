"""Train a Torch module that comes without a recipe, in small steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from numpy.typing import NDArray
from torch import nn

from parity.recording import Arrays, Training
from parity.sides.recipes import MOMENTUM, NORM, RATE, Log, means
from parity.sides.torch_state import everything, held, slashed
from parity.sides.torch_training import quieted


def train(
    model: nn.Module,
    batches: Iterable[tuple[int, Arrays, NDArray]],
    loss: Callable[[Arrays, NDArray], torch.Tensor],
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """Gradient descent with momentum and a bound on the joint norm of the gradients.

    Args:
        batches: epoch, inputs and targets of every step.
        loss: runs ``model`` on one batch.
        keep: the state after so many first steps, and the last, is kept.
        quiet: weights whose gradient is taken as zero.
    """
    log, epochs = Log(keep or 0), list[int]()
    weights = {slashed(name): weight for name, weight in model.named_parameters() if weight.requires_grad}
    momenta = {path: torch.zeros_like(weight) for path, weight in weights.items()}
    with quieted(model, quiet):
        for epoch, inputs, targets in batches:
            log.begin()
            model.zero_grad(set_to_none=True)
            value = loss(inputs, targets)
            value.backward()
            _descend(weights, momenta)
            log.losses.append(float(value.detach()))
            log.step((RATE,), lambda: everything(model), lambda: _slots(momenta))
            epochs.append(epoch)
    model.zero_grad(set_to_none=True)
    log.updates = len(log.rates)
    log.end(lambda: everything(model), lambda: _slots(momenta))
    return log.result({"loss": means(epochs, log.losses)}), log.states


@torch.no_grad()
def _descend(weights: dict[str, nn.Parameter], momenta: dict[str, torch.Tensor]) -> None:
    gradients = {path: weight.grad for path, weight in weights.items() if weight.grad is not None}
    norm = torch.stack([gradient.norm() for gradient in gradients.values()]).norm()
    for path, gradient in gradients.items():
        momenta[path].mul_(MOMENTUM).add_(gradient * NORM / norm.clamp(min=NORM))
        weights[path].sub_(RATE * momenta[path])


def _slots(momenta: dict[str, torch.Tensor]) -> dict[str, Arrays]:
    return {"momentum": {path: held(tensor) for path, tensor in momenta.items()}}
