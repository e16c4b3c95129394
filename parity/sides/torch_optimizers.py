"""Torch optimizers in the vocabulary of both sides; one of the user's own is known by the steps that it makes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn

from parity.recording import OptimizerFacts
from parity.sides.common import plain_number
from parity.sides.torch_formulas import Formula
from parity.sides.torch_state import slashed

FORMULAS: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, Any]]] = {
    "SGD": (
        "sgd",
        {"momentum": "momentum", "nesterov": "nesterov", "dampening": "dampening"},
        {"rate_inside": False},
    ),
    "Adam": ("adam", {"epsilon": "eps", "amsgrad": "amsgrad"}, {"epsilon_corrected": False}),
    "AdamW": ("adam", {"epsilon": "eps", "amsgrad": "amsgrad"}, {"epsilon_corrected": False}),
    "RMSprop": (
        "rmsprop",
        {"rho": "alpha", "epsilon": "eps", "centered": "centered", "momentum": "momentum"},
        {"epsilon_inside": False, "rate_inside": False},
    ),
    "Adagrad": (
        "adagrad",
        {"epsilon": "eps", "rate_decay": "lr_decay", "start": "initial_accumulator_value"},
        {"epsilon_inside": False},
    ),
    "Adadelta": ("adadelta", {"rho": "rho", "epsilon": "eps"}, {}),
    "Adamax": ("adamax", {"epsilon": "eps"}, {"epsilon_inside": True}),
    "NAdam": ("nadam", {"epsilon": "eps", "momentum_decay": "momentum_decay"}, {}),
    "Lion": ("lion", {}, {}),
}
"""By class: the formula, what its numbers are called here, and the form in which PyTorch writes it."""
LION = {"betas": (0.9, 0.99)}
"""Defaults of a class that PyTorch has not."""
FORMS = ("epsilon_corrected", "epsilon_inside", "rate_inside")
"""What a hand-written formula may have in the other library's form."""
STEPS = 4
LARGE = 2_000_000
"""Models with more weights are not walked through every formula."""
Known = tuple[str, dict[str, Any]]
Gradients = dict[str, Tensor]


def numbers_of(settings: Mapping[str, Any], attributes: Mapping[str, str], forms: Mapping[str, Any]) -> dict[str, Any]:
    """What a formula takes, from what PyTorch calls it."""
    numbers = {each: plain_number(settings.get(own)) for each, own in attributes.items()} | dict(forms)
    return numbers | {f"beta_{index + 1}": float(beta) for index, beta in enumerate(settings.get("betas", ()))}


def recognised(optimizer: torch.optim.Optimizer, model: nn.Module) -> Known | None:
    """Kind and numbers of the formula that makes the steps of ``optimizer``, which holds weights of ``model``."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    parameters = {slashed(name): p for name, p in model.named_parameters() if id(p) in held and p.requires_grad}
    if sum(parameter.numel() for parameter in parameters.values()) > LARGE:
        return None
    start = {name: p.detach().clone() for name, p in parameters.items()}
    drawn = _drawn(start)
    try:
        with suppress(Exception):  # it is the user's code, and may ask for more than gradients
            wanted = _walked(optimizer, parameters, drawn)
            return next(
                (each for each in _candidates(optimizer) if _walks(each, optimizer, start, drawn, wanted)), None
            )
        return None
    finally:
        for name, parameter in parameters.items():
            parameter.grad = None
            parameter.data.copy_(start[name])


def _drawn(like: Gradients) -> list[Gradients]:
    generator = torch.Generator().manual_seed(0)
    return [
        {name: torch.randn(p.shape, generator=generator, dtype=p.dtype) for name, p in like.items()}
        for _ in range(STEPS)
    ]


def _walked(stepper: Any, parameters: Mapping[str, Tensor], drawn: Sequence[Gradients]) -> list[Gradients]:
    """The weights after every step."""
    path = []
    for gradients in drawn:
        for name, parameter in parameters.items():
            parameter.grad = gradients[name].clone()
        stepper.step()
        path.append({name: parameter.detach().clone() for name, parameter in parameters.items()})
    return path


def _candidates(optimizer: torch.optim.Optimizer) -> Iterator[Known]:
    """Formulas with the numbers of the first group, and the defaults of PyTorch for what it lacks."""
    for name, (kind, attributes, forms) in FORMULAS.items():
        stock = getattr(torch.optim, name, None)
        defaults = stock([torch.zeros(1)]).defaults if stock else LION
        numbers = numbers_of({**defaults, **optimizer.param_groups[0]}, attributes, forms)
        switches = [each for each in FORMS if each in numbers]
        for chosen in itertools.product((False, True), repeat=len(switches)):
            for decoupled in (True, False):
                yield kind, {**numbers, **dict(zip(switches, chosen, strict=True)), "decoupled": decoupled}


def _walks(
    known: Known,
    optimizer: torch.optim.Optimizer,
    start: Gradients,
    drawn: Sequence[Gradients],
    wanted: Sequence[Gradients],
) -> bool:
    kind, numbers = known
    group = optimizer.param_groups[0]
    rate, decay = float(group["lr"]), float(group.get("weight_decay", 0.0))
    facts = OptimizerFacts("", kind, numbers, dict.fromkeys(start, (rate,)), dict.fromkeys(start, decay))
    weights = {name: tensor.clone() for name, tensor in start.items()}
    found = _walked(Formula(facts, weights), weights, drawn)
    pairs = zip(wanted, found, strict=True)
    return all(torch.allclose(w[name], f[name], rtol=1e-10, atol=1e-13) for w, f in pairs for name in w)
