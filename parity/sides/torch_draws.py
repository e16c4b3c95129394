"""Random numbers that code of the user's draws in PyTorch: the same on both sides, and which modules drop with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import _VF, nn
from torch.overrides import TorchFunctionMode

from parity import draws
from parity.sides import torch_drops
from parity.sides.common import replaced

_RANDN_LIKE = torch.randn_like
_ZEROS = {
    torch.randn: torch.zeros,
    _RANDN_LIKE: torch.zeros_like,
    torch.rand: torch.zeros,
    torch.rand_like: torch.zeros_like,
}
"""What makes zeros of the same arguments."""
_STANDARD = (torch.randn, _RANDN_LIKE)
_BERNOULLI = (torch.bernoulli, torch.Tensor.bernoulli, torch.Tensor.bernoulli_)


class Agreed(TorchFunctionMode):
    """Numbers that are the same on both sides, in whatever shape and order they are drawn.

    Args:
        noise: normal numbers are one for each sample, else their mean.

    ``normal`` and ``all`` count the draws.
    """

    def __init__(self, noise: bool) -> None:
        super().__init__()
        self._noise = noise
        self.normal = self.all = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        options = dict(kwargs or {})
        drawn = self._drawn(func, args, options)
        if drawn is None:
            return func(*args, **options)
        self.all += 1
        return drawn

    def _drawn(self, func: Any, args: tuple[Any, ...], options: dict[str, Any]) -> torch.Tensor | None:
        """None for a function that draws nothing."""
        if func in _ZEROS:
            zeros = _ZEROS[func](*args, **{name: value for name, value in options.items() if name != "generator"})
            return self._normal(zeros) if func in _STANDARD else zeros + draws.MIDDLE
        if func is torch.normal:
            mean, deviation, size = _named({"mean": 0.0, "std": 1.0, "size": ()}, args, options)
            return self._normal(torch.zeros(size) + 0 * mean + 0 * deviation, mean, deviation)
        if func is torch.Tensor.normal_:
            return args[0].copy_(self._normal(args[0], *_named({"mean": 0.0, "std": 1.0}, args[1:], options)))
        if func is torch.Tensor.uniform_:
            low, high = _named({"from": 0.0, "to": 1.0}, args[1:], options)
            return args[0].fill_(low + draws.MIDDLE * (high - low))
        if func is torch.Tensor.exponential_:
            return args[0].fill_(math.log(2) / _named({"lambd": 1.0}, args[1:], options)[0])
        if func not in _BERNOULLI:
            return None
        kept = _kept(func, args, options)
        return args[0].copy_(kept) if func is torch.Tensor.bernoulli_ else kept

    def _normal(self, like: torch.Tensor, mean: Any = 0.0, deviation: Any = 1.0) -> torch.Tensor:
        self.normal += 1
        standard = _of_samples(like) if self._noise else 0.0
        return torch.zeros_like(like) + mean + deviation * standard


def _named(defaults: dict[str, Any], args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    """What a function was called with."""
    given = defaults | dict(zip(defaults, args, strict=False)) | options
    return tuple(given[name] for name in defaults)


def _of_samples(like: torch.Tensor) -> torch.Tensor:
    """A number for each sample of ``like``, in its type."""
    table = torch.as_tensor(draws.OF_SAMPLES).to(like)
    if not like.dim():
        return table[0]
    return table[torch.arange(like.shape[0], device=like.device) % len(table)].reshape(-1, *[1] * (like.dim() - 1))


def _kept(func: Any, args: tuple[Any, ...], options: dict[str, Any]) -> torch.Tensor:
    """1 where the chance is no less than even; alone, ``bernoulli`` takes the chances from its tensor."""
    alone = func is not torch.Tensor.bernoulli_ and len(args) < 2 and "p" not in options
    chances = args[0] if alone else _named({"p": draws.MIDDLE}, args[1:], options)[0] + torch.zeros_like(args[0])
    return (chances >= draws.MIDDLE).to(args[0].dtype)


@contextmanager
def agreed(noise: bool) -> Iterator[Agreed]:
    with replaced(torch, "randn_like", _RANDN_LIKE), Agreed(noise) as mode:
        yield mode


@contextmanager
def dropping_alike() -> Iterator[None]:
    """What drops scales each sample by a number that both sides agree on, and so is seen."""

    def dropout(input: torch.Tensor, p: float, training: bool) -> torch.Tensor:
        return input * _scale(input, p) if training and p else input

    def dropout_(input: torch.Tensor, p: float, training: bool) -> torch.Tensor:
        return input.mul_(_scale(input, p)) if training and p else input

    def attention(*args: Any, **options: Any) -> torch.Tensor:
        found, rate = torch_drops.attend_whole(*args, **options)
        return F.dropout(found, rate, training=True) if rate else found

    with ExitStack() as stack:
        for name in ("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"):
            stack.enter_context(replaced(_VF, name, dropout))
            stack.enter_context(replaced(_VF, f"{name}_", dropout_))
        stack.enter_context(replaced(F, "scaled_dot_product_attention", attention))
        stack.enter_context(replaced(F, "gumbel_softmax", _gumbel_softmax))
        yield


def _scale(like: torch.Tensor, rate: float) -> torch.Tensor:
    return 1 + rate * _of_samples(like)


def _gumbel_softmax(
    logits: torch.Tensor, tau: float = 1.0, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> torch.Tensor:
    """With a uniform draw that is the same for every class; its code would draw where no mode sees it."""
    soft = F.softmax((logits - math.log(-math.log(draws.MIDDLE))) / tau, dim)
    if not hard:
        return soft
    chosen = torch.zeros_like(logits).scatter_(dim, soft.argmax(dim, keepdim=True), 1.0)
    return chosen - soft.detach() + soft


@contextmanager
def finding_drops(model: nn.Module, found: set[str], mode: Agreed) -> Iterator[None]:
    """Collect the paths of modules of the user's own that drop at random: in eval mode they hand on their one input."""

    def watched(path: str, module: nn.Module, forward: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            before = mode.all - mode.normal
            result = forward(*args, **options)
            if module.training and mode.all - mode.normal > before and args and isinstance(args[0], torch.Tensor):
                module.eval()
                passed = forward(*args, **options)
                module.train()
                if isinstance(passed, torch.Tensor) and torch.equal(passed, args[0]):
                    found.add(path)
            return result

        return call

    candidates = {path: module for path, module in model.named_modules() if _may_drop(module)}
    for path, module in candidates.items():
        module.forward = watched(path, module, module.forward)
    try:
        yield
    finally:
        for module in candidates.values():
            del module.forward


def _may_drop(module: nn.Module) -> bool:
    """Is it of the user's, and without tensors?"""
    own = not type(module).__module__.startswith("torch.nn")
    return own and not any(True for _ in (*module.parameters(), *module.buffers()))


@contextmanager
def not_dropping(model: nn.Module, drops: Collection[str]) -> Iterator[None]:
    """The modules at ``drops`` hand on their input, as in eval mode, in whatever mode the model is put."""
    modules = [model.get_submodule(path) for path in drops]
    for module in modules:
        module.forward = _first
    try:
        yield
    finally:
        for module in modules:
            del module.forward


def _first(value: torch.Tensor, *args: Any, **options: Any) -> torch.Tensor:
    return value
