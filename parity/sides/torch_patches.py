"""What the Torch side changes while it records: shared random draws and the path of the running module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from parity import draws
from parity.sides.calls import Calls
from parity.sides.common import replaced
from parity.sides.torch_trace import mark_of


@contextmanager
def followed(model: nn.Module, calls: Calls) -> Iterator[None]:
    """Keep ``calls.stack`` up to date with hooks on every module."""
    handles = []
    for path, module in model.named_modules():
        if path:
            handles.append(module.register_forward_pre_hook(lambda m, a, path=path: calls.stack.append(path)))
            handles.append(module.register_forward_hook(lambda m, a, o: calls.stack.pop() and None, always_call=True))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def shared_draws(calls: Calls, seed: int, noise: bool = True) -> Iterator[None]:
    """Take dropout masks, and ``noise`` too, from ``parity.draws``, keyed by module path, step and draw."""

    def mask_like(x: torch.Tensor, shape: tuple[int, ...], rate: float) -> torch.Tensor:
        mask = draws.dropout_mask(shape, float(rate), seed, *calls.next_draw(), calls.step)
        return torch.from_numpy(mask).to(x)

    def dropout(input: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> torch.Tensor:
        if not training or not p:
            return input
        if not mark_of(input).channels_first:
            return input * mask_like(input, tuple(input.shape), p)
        last = (input.shape[0], *input.shape[2:], input.shape[1])
        return input * torch.movedim(mask_like(input, last, p), -1, 1)

    def channel_dropout(input: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        if not training or not p:
            return input
        ones = (1,) * (input.dim() - 2)
        mask = mask_like(input, (input.shape[0], *ones, input.shape[1]), p)
        return input * torch.movedim(mask, -1, 1)

    def randn_like(input: torch.Tensor, **options: Any) -> torch.Tensor:
        noise = draws.normal(tuple(input.shape), seed, *calls.next_draw(), calls.step)
        return torch.from_numpy(np.ascontiguousarray(noise)).to(input)

    with ExitStack() as stack:
        stack.enter_context(replaced(F, "dropout", dropout))
        for name in ("dropout1d", "dropout2d", "dropout3d"):
            stack.enter_context(replaced(F, name, channel_dropout))
        stack.enter_context(replaced(torch, "randn_like", randn_like) if noise else nullcontext())
        yield


@contextmanager
def default_dtype(dtype: str) -> Iterator[None]:
    """New tensors are made in ``dtype``."""
    original = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(original)


class _Hardsigmoid(torch.autograd.Function):
    """PyTorch's derivative of it is one sixth in float32, also in float64: docs/upstream.md."""

    @staticmethod
    def forward(context: Any, value: torch.Tensor) -> torch.Tensor:
        context.save_for_backward(value)
        return _HARDSIGMOID(value)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> torch.Tensor:
        (value,) = context.saved_tensors
        return torch.where(value.abs() < 3, gradients[0] / 6, 0.0)


_HARDSIGMOID = torch._C._nn.hardsigmoid


def _celu(input: torch.Tensor, alpha: float = 1.0) -> torch.Tensor:
    """PyTorch keeps the alpha of the derivative in float32."""
    return torch.where(input > 0, input, alpha * torch.expm1(input.clamp(max=0) / alpha))


@contextmanager
def exact_derivatives(dtype: str) -> Iterator[None]:
    """In float64 the derivatives are those of the formulas."""
    if dtype != "float64":
        yield
        return
    with replaced(torch._C._nn, "hardsigmoid", _Hardsigmoid.apply), replaced(torch, "celu", _celu):
        yield


@contextmanager
def without_hooks(model: nn.Module) -> Iterator[None]:
    """Gradients as they are, before hooks of the user's clip or scale them: those belong to the training."""
    hooked = [(parameter, parameter._backward_hooks) for parameter in model.parameters() if parameter._backward_hooks]
    for parameter, _ in hooked:
        parameter._backward_hooks = None
    try:
        yield
    finally:
        for parameter, hooks in hooked:
            parameter._backward_hooks = hooks


@contextmanager
def unstopped() -> Iterator[None]:
    """Gradients flow through what is detached, and through blocks without gradients."""
    with (
        replaced(torch.Tensor, "detach", lambda tensor: tensor),
        replaced(torch.no_grad, "__enter__", lambda block: None),
        replaced(torch.no_grad, "__exit__", lambda block, *problem: None),
    ):
        yield
