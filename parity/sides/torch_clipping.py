"""What a hook in front of a Torch optimizer's step does to gradients: which of the known ways to clip, if any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import torch
from torch import Tensor, nn

from parity.sides.torch_formulas import clipped

Clip = tuple[str, float]
Gradients = dict[str, Tensor]
WAYS: Mapping[str, Callable[[Sequence[Tensor]], Tensor]] = {
    "global_clipnorm": lambda gradients: torch.stack([g.norm() for g in gradients]).norm(),
    "clipnorm": lambda gradients: gradients[0].norm(),
    "clipvalue": lambda gradients: torch.stack([g.abs().max() for g in gradients]).max(),
}
"""By Keras's names: what is as large as the limit once huge gradients are clipped so."""
EPSILONS = (0.0, 1e-6)
"""What a norm is divided by besides itself."""
HUGE = 1e9
NEAR = (0.5, 2.0, 30.0)
"""Norms of the gradients that a way is tested with, in limits: nothing, something and everything is clipped."""


def clipping(optimizer: torch.optim.Optimizer, model: nn.Module) -> tuple[Clip | None, float]:
    """The way in which hooks of the optimizer clip the gradients of ``model``, with its limit and epsilon."""
    hooked = bool(optimizer._optimizer_step_pre_hooks)
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad and p.numel()}
    if not hooked or not parameters:
        return None, 0.0
    kept = {name: p.detach().clone() for name, p in parameters.items()}
    try:
        return _way(lambda gradients: _hooked(optimizer, parameters, gradients), _drawn(kept))
    finally:
        for name, parameter in parameters.items():
            parameter.grad = None
            parameter.data.copy_(kept[name])  # a hook may have changed weights as well


def _way(run: Callable[[Gradients], Gradients], drawn: Gradients) -> tuple[Clip | None, float]:
    with suppress(Exception):  # the hook is the user's code, and knows only the gradients of a real step
        huge = list(run(_times(drawn, HUGE)).values())
        for how, measure in WAYS.items():
            limit = float(f"{float(measure(huge)):.12g}")
            near = [_times(drawn, factor * limit) for factor in NEAR]
            results = [(gradients, run(gradients)) for gradients in near]
            for epsilon in EPSILONS:
                if all(_equal(clipped(before, (how, limit), epsilon, {}), after) for before, after in results):
                    return (how, limit), epsilon
    return None, 0.0


def _drawn(like: Gradients) -> Gradients:
    """Gradients of a joint norm of one; those of every weight have a norm of their own."""
    generator = torch.Generator().manual_seed(0)
    drawn = {
        name: (1 + number) * torch.randn(p.shape, generator=generator, dtype=p.dtype)
        for number, (name, p) in enumerate(like.items())
    }
    return _times(drawn, 1 / float(torch.stack([g.norm() for g in drawn.values()]).norm()))


def _times(gradients: Gradients, factor: float) -> Gradients:
    return {name: factor * gradient for name, gradient in gradients.items()}


def _hooked(
    optimizer: torch.optim.Optimizer, parameters: Mapping[str, nn.Parameter], gradients: Gradients
) -> Gradients:
    for name, parameter in parameters.items():
        parameter.grad = gradients[name].clone()
    for hook in optimizer._optimizer_step_pre_hooks.values():
        hook(optimizer, (optimizer,), {})
    found = {name: parameter.grad for name, parameter in parameters.items()}
    return {name: gradient for name, gradient in found.items() if gradient is not None}


def _equal(wanted: Gradients, found: Gradients) -> bool:
    return wanted.keys() == found.keys() and all(
        torch.allclose(wanted[name], gradient, rtol=1e-12, atol=0) for name, gradient in found.items()
    )
