"""What a Torch module stores: parameters and buffers, named ``path/tensor``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from parity.recording import Arrays


def slashed(name: str) -> str:
    """``stage1.conv.weight`` -> ``stage1.conv/weight``."""
    layer, _, tensor = name.rpartition(".")
    return f"{layer}/{tensor}"


def held(tensor: torch.Tensor) -> NDArray:
    """The memory of the tensor itself; a copy of what is on another device."""
    return tensor.detach().cpu().numpy()


def copied(tensor: torch.Tensor) -> NDArray:
    return held(tensor).copy()


def weights(model: nn.Module, paths: frozenset[str] | None = None) -> Arrays:
    """A copy of every stored tensor, once: a tied one under its first name; those of the ``paths``."""
    state = model.state_dict(keep_vars=True)
    first = {id(tensor): slashed(name) for name, tensor in reversed(state.items())}
    own = {slashed(name): tensor for name, tensor in state.items() if first[id(tensor)] == slashed(name)}
    return {path: copied(tensor) for path, tensor in own.items() if paths is None or path in paths}


def everything(model: nn.Module) -> Arrays:
    """The state dict itself, tied tensors under each of their names."""
    return {slashed(name): held(tensor) for name, tensor in model.state_dict().items()}


def _shared(array: NDArray) -> torch.Tensor:
    """A tensor in the memory of the array, where PyTorch takes it: a single number may have a negative stride."""
    plain = array.flags.c_contiguous and array.flags.writeable and min(array.strides, default=0) >= 0
    return torch.from_numpy(array if plain else np.array(array, order="C"))


def set_weights(model: nn.Module, arrays: Arrays) -> None:
    """Set those that are given, in the float type that the module stores them in."""
    state = model.state_dict()
    for name in state:
        if slashed(name) in arrays:
            state[name] = _shared(arrays[slashed(name)])
    model.load_state_dict(state)


def stored_buffers(model: nn.Module) -> list[torch.Tensor]:
    """Without those that a state dict leaves out."""
    stored = model.state_dict(keep_vars=True)
    return [buffer for name, buffer in model.named_buffers() if name in stored]


def spread_out(model: nn.Module) -> None:
    """Buffers that were expanded, one number of memory for several places, get memory that can be written to."""
    made: dict[int, torch.Tensor] = {}
    for module in model.modules():
        for name, buffer in module._buffers.items():
            if buffer is not None and any(s == 0 and n > 1 for s, n in zip(buffer.stride(), buffer.shape, strict=True)):
                module._buffers[name] = made.setdefault(id(buffer), buffer.contiguous())


def gradients(model: nn.Module) -> Arrays:
    """Of every parameter that has one; its own memory."""
    return {slashed(n): held(p.grad) for n, p in model.named_parameters() if p.grad is not None}


def statistics(model: nn.Module) -> Arrays:
    """A copy of every buffer."""
    return {slashed(name): copied(buffer) for name, buffer in model.named_buffers()}


@contextmanager
def kept_statistics(model: nn.Module) -> Iterator[None]:
    """Put the buffers back, also when the block raises; code may have put other tensors in their place."""
    before = [
        (module._buffers, name, buffer, buffer.detach().clone())
        for module in model.modules()
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffers, name, buffer, numbers in before:
                buffers[name] = buffer
                buffer.copy_(numbers)
