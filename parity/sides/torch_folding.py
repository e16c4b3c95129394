"""Weights that PyTorch computes from other tensors whenever they are used: weight norm, spectral norm, pruning.

The forward function is that of the plain layer with the weight that is computed, which is what Keras has.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize, prune
from torch.nn.utils.spectral_norm import SpectralNorm, SpectralNormLoadStateDictPreHook, remove_spectral_norm
from torch.nn.utils.weight_norm import WeightNorm, remove_weight_norm

HOOKS = (WeightNorm, SpectralNorm, prune.BasePruningMethod)
"""What computes a tensor before its module runs."""


def computed(model: nn.Module) -> tuple[str, ...]:
    """Those tensors, named ``path/tensor``."""
    return tuple(f"{path}/{name}" for path, module in model.named_modules() for name in _names(module))


def fold(model: nn.Module) -> None:
    """Make each of them a tensor of its own, with the value that it has."""
    training = model.training
    model.eval()  # a spectral norm goes on with its iteration otherwise
    for module in list(model.modules()):
        for name in _in_its_own_class(module):
            parametrize.remove_parametrizations(module, name, leave_parametrized=True)
        for hook in _hooks(module):
            _take_away(module, hook)
    for module in model.modules():
        if isinstance(module, nn.RNNBase):
            module._init_flat_weights()
    model.train(training)


def _in_its_own_class(module: nn.Module) -> list[str]:
    """Names of the parametrizations; copies share a class with what they were copied from, which is left as it is."""
    names, shared = _parametrized(module), type(module)
    if names:
        members = {name: value for name, value in vars(shared).items() if name not in ("__dict__", "__weakref__")}
        module.__class__ = type(shared.__name__, shared.__bases__, members)
    return names


def duplicate(model: nn.Module) -> nn.Module:
    """A deep copy, also where modules keep what they computed last, which PyTorch refuses to copy."""
    last = [tensor for module in model.modules() for tensor in _kept(module) if tensor.grad_fn is not None]
    return copy.deepcopy(model, {id(tensor): tensor.detach().clone() for tensor in last})


def _kept(module: nn.Module) -> Iterator[torch.Tensor]:
    """Tensors that are attributes of it, and neither parameters nor buffers; those of a recurrence are in a list."""
    for value in vars(module).values():
        each = value if isinstance(value, list) else [value]
        yield from (tensor for tensor in each if isinstance(tensor, torch.Tensor))


def _names(module: nn.Module) -> Iterator[str]:
    yield from _parametrized(module)
    yield from map(_made_by, _hooks(module))


def _parametrized(module: nn.Module) -> list[str]:
    return list(module.parametrizations) if parametrize.is_parametrized(module) else []


def _hooks(module: nn.Module) -> list[Any]:
    return [hook for hook in module._forward_pre_hooks.values() if isinstance(hook, HOOKS)]


def _made_by(hook: Any) -> str:
    return str(hook._tensor_name if isinstance(hook, prune.BasePruningMethod) else hook.name)


def _take_away(module: nn.Module, hook: Any) -> None:
    if isinstance(hook, WeightNorm):
        remove_weight_norm(module, hook.name)
    elif isinstance(hook, SpectralNorm):
        remove_spectral_norm(module, hook.name)
        _forget_loading(module)
    else:
        prune.remove(module, _made_by(hook))


def _forget_loading(module: nn.Module) -> None:
    """What reads an old spectral norm stays behind where PyTorch wraps it, and then misses its tensors."""
    readers = module._load_state_dict_pre_hooks
    for number, reader in list(readers.items()):
        if isinstance(getattr(reader, "hook", reader), SpectralNormLoadStateDictPreHook):
            del readers[number]
