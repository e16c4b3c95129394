"""Record what chosen modules gave in one run, and from which of them their inputs came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from parity.recording import Arrays, Tap
from parity.sides import torch_facts
from parity.sides.torch_recurrent import hidden
from parity.sides.torch_trace import canonical, mark_of, set_mark, tensors_in


@contextmanager
def tapped(model: nn.Module, taps: frozenset[str], seen: list[Tap]) -> Iterator[None]:
    """While the block runs, add to ``seen`` what every module in ``taps`` gives."""
    handles = []

    def before(path: str, arguments: Any) -> None:
        pending.append(tuple(tuple(sorted(mark_of(t).sources)) for t in tensors_in(arguments)))

    def after(path: str, module: nn.Module, result: Any) -> None:
        values = _tap_values(module, result)
        for tensor in tensors_in(_unpacked(result)):
            set_mark(tensor, mark_of(tensor).channels_first, frozenset({path}), turned=mark_of(tensor).turned)
        seen.append(Tap(path, values, pending.pop()))

    pending: list[tuple[tuple[str, ...], ...]] = []
    for path, module in torch_facts.walk(model):
        if path in taps:
            handles.append(
                module.register_forward_pre_hook(lambda m, a, k, path=path: before(path, (a, k)), with_kwargs=True)
            )
            handles.append(module.register_forward_hook(lambda m, a, r, path=path: after(path, m, r)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _unpacked(result: Any) -> Any:
    return result[:2] if isinstance(result, PackedSequence) else result


def _tap_values(module: nn.Module, result: Any) -> Arrays:
    if isinstance(module, nn.RNNBase) and isinstance(result, tuple):
        return _recurrent_values(*result)
    if isinstance(module, nn.RNNBase):
        return {"sequence" if result.dim() == 3 else "state": canonical(result)}
    first = result[0] if isinstance(result, (tuple, list)) else result
    if isinstance(first, Mapping):
        return {name: canonical(tensor) for name, tensor in first.items()}
    return {"output": canonical(first)}


def _recurrent_values(sequence: Any, state: Any) -> Arrays:
    if isinstance(sequence, PackedSequence):
        sequence = pad_packed_sequence(sequence, batch_first=True)[0]
    return {"sequence": canonical(sequence), "state": canonical(torch.cat(list(hidden(state)), dim=-1))}
