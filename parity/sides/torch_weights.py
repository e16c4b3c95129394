"""A user's own weights for a Torch module: a state dict in a file, read without running what is in it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import torch
from torch import nn

from parity.arrays import times
from parity.errors import UsageError, listed
from parity.sides.common import no_part, spare
from parity.sides.source import last_line

State = Mapping[str, torch.Tensor]


def load(model: nn.Module, path: str) -> None:
    """Give ``model`` the tensors of a ``.pt``, ``.pth`` or ``.safetensors`` file, every one of them and no other.

    Raises:
        UsageError: the file is damaged, is no state dict, or is not one of this module.
    """
    _give(model, path, _read(path))


def load_part(model: nn.Module, path: str, part: str) -> tuple[str, ...]:
    """Give the submodule at ``part`` the tensors of a file that was written from the whole network it comes from.

    Returns:
        names of the file's classifier, which the submodule does without.

    Raises:
        UsageError: no such submodule, or the file does not fit it.
    """
    modules = dict(model.named_modules())
    own = modules[part].state_dict() if part in modules else {}
    if not own:
        raise no_part(part, model.state_dict())
    stored = _read(path)
    left_out = spare(stored, own)
    _give(modules[part], path, {name: tensor for name, tensor in stored.items() if name not in left_out})
    return left_out


def _give(model: nn.Module, path: str, stored: State) -> None:
    own = model.state_dict()
    _refuse_other_tensors(path, stored, own)
    before = {name: tensor.clone() for name, tensor in own.items()}
    missing, unexpected = model.load_state_dict(stored, strict=False)
    if missing or unexpected:
        model.load_state_dict(before)
        raise UsageError(
            f"{path}: not the state dict of this module: missing {listed(missing)}; unexpected {listed(unexpected)}",
            _hint(stored, own),
        )
    # names that share one tensor: the last one read has won
    apart = [name for name, tensor in model.state_dict().items() if name in stored and not _equal(tensor, stored[name])]
    if apart:
        model.load_state_dict(before)
        raise UsageError(f"{path}: one tensor of the module has two values in the file: {listed(apart)}")


def _read(path: str) -> State:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.endswith(".safetensors"):
                from safetensors.torch import load_file

                return load_file(path)
            stored = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as problem:
        raise UsageError(
            f"{path}: not readable as a state dict: {last_line(problem)}",
            "write it with torch.save(module.state_dict())",
        ) from problem
    if not isinstance(stored, Mapping):
        raise UsageError(f"{path}: a {type(stored).__name__}, expected a state dict", "torch.save(module.state_dict())")
    others = [str(name) for name, value in stored.items() if not isinstance(value, torch.Tensor)]
    if others:
        inner = next((str(name) for name, value in stored.items() if isinstance(value, Mapping)), "model")
        raise UsageError(
            f"{path}: not a state dict, it holds more than tensors: {listed(others)}", f"save its entry {inner!r} alone"
        )
    return stored


def _refuse_other_tensors(path: str, stored: State, own: State) -> None:
    """Shapes must be equal; a type is only ever widened."""
    shared = [name for name in own if name in stored]
    shapes = [
        f"{name} {times(stored[name].shape)}, expected {times(own[name].shape)}"
        for name in shared
        if stored[name].shape != own[name].shape
    ]
    if shapes:
        raise UsageError(f"{path}: shapes differ: {listed(shapes)}", "build the module that the file was written from")
    types = [
        f"{name} {stored[name].dtype}, expected {own[name].dtype}"
        for name in shared
        if not _widens(stored[name].dtype, own[name].dtype)
    ]
    if types:
        raise UsageError(f"{path}: types differ: {listed(types)}", "convert the file first, for example tensor.float()")


def _widens(given: torch.dtype, own: torch.dtype) -> bool:
    return given.is_floating_point == own.is_floating_point and torch.promote_types(given, own) == own


def _equal(own: torch.Tensor, given: torch.Tensor) -> bool:
    return torch.equal(own.nan_to_num(), given.to(own.dtype).nan_to_num())


def _hint(stored: State, own: State) -> str:
    if all(name.startswith("module.") and name.removeprefix("module.") in own for name in stored):
        return "its names begin with 'module.': save the module inside the wrapper"
    if any("/" in name for name in stored):
        return "it holds Keras tensors: --from keras"
    return "build the module that the file was written from"
