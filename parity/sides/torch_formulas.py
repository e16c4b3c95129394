"""Optimizers and losses by their facts: the formulas of either framework, with every form a number.

They take the place of the user's own while a cause is taken away (``parity.training_causes``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from parity.loss_variants import NEUTRAL, NONE
from parity.recording import LossFacts, OptimizerFacts

CLIP = 1e-7
State = dict[str, Any]


class Formula:
    """An optimizer by its facts; parameters by the names of the facts."""

    def __init__(self, facts: OptimizerFacts, parameters: Mapping[str, Tensor]) -> None:
        self.facts = facts
        self.parameters = {name: tensor for name, tensor in parameters.items() if name in facts.rates}
        self.states: dict[str, State] = {name: {} for name in self.parameters}
        self.sums: dict[str, Tensor] = {}
        self.calls = self.updates = 0

    def rates(self) -> dict[str, float]:
        """Learning rate of the coming step, by parameter."""
        return {name: rates[min(self.calls, len(rates) - 1)] for name, rates in self.facts.rates.items()}

    def penalty(self) -> Tensor | float:
        """What regularisers add to the loss."""
        penalties = self.facts.penalties.items()
        return sum(f * self.parameters[name].square().sum() for name, f in penalties if name in self.parameters)

    @torch.no_grad()
    def step(self) -> None:
        """One update from the gradients that the parameters hold; every ``accumulated``-th call makes one."""
        rates, numbers = self.rates(), self.facts.numbers
        self.calls += 1
        gradients = {name: p.grad for name, p in self.parameters.items() if p.grad is not None}
        every = numbers.get("accumulated", 1)
        if every > 1:
            self.sums = {name: self.sums.get(name, 0) + g for name, g in gradients.items()}
            if self.calls % every:
                return
            gradients, self.sums = {name: g / every for name, g in self.sums.items()}, {}
        self.updates += 1
        numbers = {**numbers, **self._cycled()}
        clip = numbers.get("clip"), numbers.get("clip_epsilon", 0.0), self.facts.pieces
        for name, gradient in clipped(gradients, *clip).items():
            self._update(name, gradient, rates[name], numbers)

    def _cycled(self) -> dict[str, float]:
        """The momentum of this step where a schedule moves it."""
        momenta = self.facts.numbers.get("cycled")
        if not momenta:
            return {}
        name = "beta_1" if "beta_1" in self.facts.numbers else "momentum"
        return {name: momenta[min(self.calls, len(momenta)) - 1]}

    def _update(self, name: str, gradient: Tensor, rate: float, numbers: Mapping[str, Any]) -> None:
        weight, decay = self.parameters[name], self.facts.decays.get(name, 0.0)
        if decay and numbers.get("decoupled", True):
            weight -= rate * decay * weight
        elif decay:
            gradient = gradient + decay * weight
        weight -= UPDATES[self.facts.kind](self.states[name], numbers, gradient, rate, self.updates)


def clipped(
    gradients: dict[str, Tensor], clip: tuple[str, float] | None, epsilon: float, pieces: Mapping[str, NDArray]
) -> dict[str, Tensor]:
    """By Keras's name of a way to clip, and its limit; PyTorch divides by the norm and ``epsilon``.

    Args:
        pieces: as in ``OptimizerFacts``.
    """
    if clip is None:
        return gradients
    how, limit = clip
    if how == "clipvalue":
        return {name: g.clamp(-limit, limit) for name, g in gradients.items()}
    norms = _norms_each(gradients, pieces) if how == "clipnorm" else _norm(gradients)
    return {name: g * limit / (norms[name] + epsilon).clamp(min=limit) for name, g in gradients.items()}


def _norm(gradients: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Of all of them together."""
    return dict.fromkeys(gradients, torch.stack([g.norm() for g in gradients.values()]).norm())


def _norms_each(gradients: Mapping[str, Tensor], pieces: Mapping[str, NDArray]) -> dict[str, Tensor]:
    """Of every tensor, or for each of its entries that of the piece which the entry belongs to."""
    places = {name: torch.from_numpy(pieces[name]) for name in gradients.keys() & pieces.keys()}
    squares: dict[int, Tensor] = {}
    for name, place in places.items():
        for piece in place.unique().tolist():
            squares[piece] = squares.get(piece, 0.0) + gradients[name][place == piece].square().sum()
    norms = {name: g.norm() for name, g in gradients.items()}
    for name, place in places.items():
        norms[name] = torch.empty_like(gradients[name])
        for piece in place.unique().tolist():
            norms[name][place == piece] = squares[piece].sqrt()
    return norms


def _kept(state: State, name: str, like: Tensor, start: float = 0.0) -> Tensor:
    return state.setdefault(name, torch.full_like(like, start))


def _moving(state: State, name: str, beta: float, value: Tensor) -> Tensor:
    state[name] = beta * _kept(state, name, value) + (1 - beta) * value
    return state[name]


def _sgd(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    factor = rate if n["rate_inside"] else 1.0
    if not n["momentum"]:
        return rate * g
    fresh = g if "velocity" not in state else (1 - n["dampening"]) * g
    state["velocity"] = n["momentum"] * _kept(state, "velocity", g) + factor * fresh
    move = n["momentum"] * state["velocity"] + factor * g if n["nesterov"] else state["velocity"]
    return move * (rate / factor)


def _adam(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    first, second = _moving(state, "m", n["beta_1"], g), _moving(state, "v", n["beta_2"], g * g)
    if n["amsgrad"]:
        state["top"] = second = torch.maximum(_kept(state, "top", second), second)
    root = math.sqrt(1 - n["beta_2"] ** step)
    epsilon = n["epsilon"] / root if n["epsilon_corrected"] else n["epsilon"]
    return rate / (1 - n["beta_1"] ** step) * first / (second.sqrt() / root + epsilon)


def _rmsprop(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    square = _moving(state, "square", n["rho"], g * g)
    if n["centered"]:
        square = square - _moving(state, "mean", n["rho"], g) ** 2
    epsilon = n["epsilon"]
    move = g / ((square + epsilon).sqrt() if n["epsilon_inside"] else square.sqrt() + epsilon)
    if not n["momentum"]:
        return rate * move
    factor = rate if n["rate_inside"] else 1.0
    state["velocity"] = n["momentum"] * _kept(state, "velocity", g) + factor * move
    return state["velocity"] * (rate / factor)


def _adagrad(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    state["sum"] = _kept(state, "sum", g, n["start"]) + g * g
    epsilon = n["epsilon"]
    root = (state["sum"] + epsilon).sqrt() if n["epsilon_inside"] else state["sum"].sqrt() + epsilon
    return rate / (1 + (step - 1) * n["rate_decay"]) * g / root


def _adadelta(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    square = _moving(state, "square", n["rho"], g * g)
    move = (_kept(state, "moved", g) + n["epsilon"]).sqrt() / (square + n["epsilon"]).sqrt() * g
    _moving(state, "moved", n["rho"], move * move)
    return rate * move


def _adamax(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    first = _moving(state, "m", n["beta_1"], g)
    inside, outside = (n["epsilon"], 0.0) if n["epsilon_inside"] else (0.0, n["epsilon"])
    state["norm"] = torch.maximum(n["beta_2"] * _kept(state, "norm", g), g.abs() + inside)
    return rate / (1 - n["beta_1"] ** step) * first / (state["norm"] + outside)


def _nadam(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    first, second = _moving(state, "m", n["beta_1"], g), _moving(state, "v", n["beta_2"], g * g)
    now, coming = (n["beta_1"] * (1 - 0.5 * 0.96 ** ((step + k) * n["momentum_decay"])) for k in (0, 1))
    product = state["product"] = state.get("product", 1.0) * now
    direction = coming * first / (1 - product * coming) + (1 - now) * g / (1 - product)
    return rate * direction / ((second / (1 - n["beta_2"] ** step)).sqrt() + n["epsilon"])


def _lion(state: State, n: Mapping[str, Any], g: Tensor, rate: float, step: int) -> Tensor:
    move = (n["beta_1"] * _kept(state, "m", g) + (1 - n["beta_1"]) * g).sign()
    _moving(state, "m", n["beta_2"], g)
    return rate * move


UPDATES: Mapping[str, Callable[[State, Mapping[str, Any], Tensor, float, int], Tensor]] = {
    "sgd": _sgd,
    "adam": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "adamax": _adamax,
    "nadam": _nadam,
    "lion": _lion,
}


def loss(facts: LossFacts, output: Tensor, target: Tensor) -> Tensor:
    """The loss of one output, channels last, by its facts.

    Raises:
        ValueError: target and output do not fit.
    """
    if facts.kind == NONE.kind:
        return output.new_zeros(())
    if facts.kind == NEUTRAL.kind:
        return output.square().mean()
    return (facts.numbers.get("times") or 1.0) * _once(facts, output, target)


def _once(facts: LossFacts, output: Tensor, target: Tensor) -> Tensor:
    """Whatever it is multiplied with."""
    if facts.kind == "cross_entropy":
        return _cross_entropy(facts.numbers, output, target)
    n = facts.numbers
    if not n["broadcast"]:
        target = _of_rank(target, output)
    if facts.kind == "dice":
        return _dice(n, output, target.to(output))
    if facts.kind == "binary_cross_entropy":
        each = _binary(n, output, target.to(output))
    else:
        each = ELEMENTS[facts.kind](n, output, target.to(output))
    if each.dim() < 2:
        each = each[:, None]
    return _reduced(n, each.mean(-1) if n["inner"] == "mean" else each.sum(-1))


def _reduced(n: Mapping[str, Any], each: Tensor) -> Tensor:
    """A mean of all; or their sum, which may be divided by the samples."""
    if n["reduce"] == "mean":
        return each.mean()
    return each.sum() / (len(each) if n["reduce"] == "samples" else 1)


def _of_rank(target: Tensor, output: Tensor) -> Tensor:
    """Ranks made equal, as Keras does."""
    if target.dim() == output.dim() - 1 and output.shape[-1] == 1:
        return target[..., None]
    if output.dim() == target.dim() - 1 and target.shape[-1] == 1:
        return target[..., 0]
    return target


def _huber(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    error, delta = (x - y).abs(), n["delta"]
    return n["scale"] * torch.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)


def _divergence(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    """Of the target from the output; swapped, of the output from the target."""
    of_target, of_output = n.get("added") or (0.0, 0.0)
    y = y.exp() if n.get("log_target") else y
    logs = x.log_softmax(-1) if n["takes"] == "logits" else x if n["takes"] == "logarithms" else x.log()
    x = x if n["takes"] == "probabilities" else logs.exp()
    if n.get("clip"):
        x, y = x.clamp(CLIP, 1), y.clamp(CLIP, 1)
        logs = x.log()
    logs = (x + of_output).log() if of_output else logs
    return x * logs - torch.xlogy(x, y + of_target) if n.get("swapped") else torch.xlogy(y, y + of_target) - y * logs


def _poisson(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    """In full with the logarithm of the factorial of the target, after Stirling."""
    each = x.exp() - y * x if n.get("takes") == "logarithms" else x - y * (x + n.get("epsilon", CLIP)).log()
    stirling = torch.xlogy(y, y) - y + (2 * torch.pi * y.clamp(min=1)).log() / 2
    return each + torch.where(y > 1, stirling, 0) if n.get("full") else each


def _cosine(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    """Shares of every axis in the cosine of two vectors."""
    x, y = (each / each.square().sum(-1, keepdim=True).clamp(min=1e-12).sqrt() for each in (x, y))
    return n["sign"] * x * y + n["offset"] / x.shape[-1]


def _hinge(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    if n["mapped"] and bool(((y == 0) | (y == 1)).all()):
        y = 2 * y - 1
    return (1 - x * y).clamp(min=0) ** n["power"]


ELEMENTS: Mapping[str, Callable[[Mapping[str, Any], Tensor, Tensor], Tensor]] = {
    "squared_error": lambda n, x, y: (x - y) ** 2,
    "absolute_error": lambda n, x, y: (x - y).abs(),
    "huber": _huber,
    "divergence": _divergence,
    "poisson": _poisson,
    "cosine": _cosine,
    "hinge": _hinge,
}


def _dice(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    """Twice the overlap over the sums of both; with other shares of what only one has, the index of Tversky."""
    x = x.sigmoid() if n["takes"] == "logits" else x
    axes = [axis for axis in range(x.dim()) if axis not in {each % x.dim() for each in KEPT[n["over"]]}]
    overlap = 2 * (x * y).sum(axes)
    ours, theirs = ((x * x).sum(axes), (y * y).sum(axes)) if n["squared"] else (x.sum(axes), y.sum(axes))
    of_target, of_output = n["shares"]
    top, low = n["added"]
    alone = of_target * (2 * theirs - overlap) + of_output * (2 * ours - overlap)
    each = 1 - (overlap + top) / (overlap + alone + low)
    return _reduced(n, each if each.dim() else each[None])


KEPT: Mapping[str, tuple[int, ...]] = {"batch": (), "sample": (0,), "class": (-1,), "sample and class": (0, -1)}
"""Axes that a loss of overlaps does not sum over."""


def _binary(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    y = y * (1 - n["smoothing"]) + n["smoothing"] / 2
    share = x.sigmoid() if n["takes"] == "logits" else x
    each = _binary_entropy(n, x, y) * _focus(n, share * y + (1 - share) * (1 - y))
    return each if n.get("alpha") is None else each * (n["alpha"] * y + (1 - n["alpha"]) * (1 - y))


def _focus(n: Mapping[str, Any], right: Tensor) -> Tensor | float:
    """What a focal loss multiplies with: little where the share of the right answer is large already."""
    factor = 1.0 if n.get("factor") is None else n["factor"]
    return factor * (1 - right) ** n["gamma"] if n.get("gamma") else factor


def _binary_entropy(n: Mapping[str, Any], x: Tensor, y: Tensor) -> Tensor:
    more = 1.0 if n.get("positive_weight") is None else torch.tensor(n["positive_weight"]).to(x)
    if n["takes"] == "logits":
        return -(more * y * F.logsigmoid(x) + (1 - y) * F.logsigmoid(-x))
    if n.get("clip", True):
        x = x.clamp(CLIP, 1 - CLIP)
        return -(more * y * x.log() + (1 - y) * (1 - x).log())
    return -(more * y * x.log().clamp(min=-100) + (1 - y) * (1 - x).log().clamp(min=-100))


def _cross_entropy(n: Mapping[str, Any], output: Tensor, target: Tensor) -> Tensor:
    if n["class_axis"] == "second":
        output = output.movedim(1, -1)
    logs, classes = _log_shares(n, output), output.shape[-1]
    known = torch.ones_like(logs[..., 0])
    if not target.is_floating_point():
        ignored = n.get("ignored")
        target = target[..., 0] if target.dim() == logs.dim() else target
        known = known if ignored is None else (target != ignored).to(logs)
        target = F.one_hot(target.long().clamp(0, classes - 1), classes)
    target = target.to(logs)
    weights = logs.new_ones(classes) if n["weights"] is None else torch.tensor(n["weights"]).to(logs)
    smooth = target * (1 - n["smoothing"]) + n["smoothing"] / classes
    of_class = (weights * target).sum(-1) * known
    logs = logs * _focus(n, logs.exp())
    if n.get("smoothing_weighted", False):
        each = -(weights * smooth * logs).sum(-1) * known
    else:
        each = -(smooth * logs).sum(-1) * of_class
    if n["reduce"] != "mean":
        return _reduced(n, each)
    return each.sum() / (of_class.sum() if n["divide"] == "weights" else known.sum())


def _log_shares(n: Mapping[str, Any], output: Tensor) -> Tensor:
    if n["takes"] == "logits":
        return F.log_softmax(output, -1)
    if n["takes"] == "logarithms":
        return output
    if n["labels"] == "indices":
        return F.log_softmax(output.clamp(CLIP, 1 - CLIP).log(), -1)
    return (output / output.sum(-1, keepdim=True)).clamp(CLIP, 1 - CLIP).log()
