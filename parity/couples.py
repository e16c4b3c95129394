"""Complex numbers: real and imaginary part are two tensors on one side, and the last axis of one on the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parity.likeness import alike
from parity.partners import TOGETHER
from parity.recording import Parameter

_HALVES = ({"re", "real", "r"}, {"im", "imag", "imaginary", "i"})
"""Words for the two parts."""


@dataclass(frozen=True)
class Coupled:
    """Tensors of both sides, with two that are one of the other side taken as one.

    Args:
        mine, rest: those of Keras and of PyTorch, in their order; what is taken as one has both paths in its name.
        aside: paths of what is taken as one, and of its likely partners.
    """

    mine: list[Parameter]
    rest: list[Parameter]
    aside: frozenset[str]


def coupled(mine: Sequence[Parameter], rest: Sequence[Parameter]) -> Coupled:
    """Take real and imaginary parts as one where the other side has more tensors of both."""
    ours, theirs = _wanted(mine, rest), _wanted(rest, mine)
    return Coupled(_as_one(mine, ours), _as_one(rest, theirs), frozenset(path for p in (ours, theirs) for path in p))


def couples_in(tensors: Iterable[Parameter]) -> dict[str, Parameter]:
    """By joined paths every real with its imaginary part, as the one tensor that both are."""
    found: dict[tuple[str, str, tuple[int, ...]], dict[int, Parameter]] = defaultdict(dict)
    for tensor in tensors:
        for pattern, half in _patterns(tensor.name):
            found[tensor.layer, pattern, tensor.shape][half] = tensor
    ones = (_one(halves[0], halves[1]) for halves in found.values() if len(halves) == 2)
    return {one.path: one for one in ones}


def is_couple(parts: Sequence[Parameter]) -> bool:
    """A real and an imaginary part, as their names say."""
    return len(parts) == 2 and bool(couples_in(parts))


def _one(real: Parameter, imaginary: Parameter) -> Parameter:
    return replace(real, name=f"{real.name}{TOGETHER}{imaginary.path}", shape=(*real.shape, 2))


def _patterns(name: str) -> Iterable[tuple[str, int]]:
    """A name with its word for a part taken out, and which part that is."""
    words = re.findall(r"[a-z]+|[^a-z]+", name.lower())
    for place, word in enumerate(words):
        for half, meaning in enumerate(_HALVES):
            if word in meaning:
                yield "".join((*words[:place], "*", *words[place + 1 :])), half


def _wanted(tensors: Sequence[Parameter], others: Sequence[Parameter]) -> dict[str, Parameter | None]:
    """Joined paths of couples that are one tensor among ``others``, and the paths of these."""
    shapes = {tensor.shape for tensor in tensors}
    wholes: dict[tuple[int, ...], list[Parameter]] = defaultdict(list)
    for other in others:
        if other.shape[-1:] == (2,) and len(other.shape) > 1 and other.shape not in shapes:
            wholes[tuple(sorted(other.shape))].append(other)
    found: dict[str, Parameter | None] = {}
    couples = couples_in(tensors)
    for shape, there in wholes.items():
        fitting = [one for one in couples.values() if tuple(sorted(one.shape)) == shape]
        fitting.sort(key=lambda one: -max(alike(one.path, whole.path) for whole in there))
        found |= {one.path: one for one in fitting[: len(there)]}
        found |= dict.fromkeys((whole.path for whole in there), None) if fitting else {}
    return found


def _as_one(tensors: Sequence[Parameter], wanted: Mapping[str, Parameter | None]) -> list[Parameter]:
    """Each couple stands where its first part did."""
    ones = {path: one for one in wanted.values() if one for path in one.path.split(TOGETHER)}
    return list(dict.fromkeys(ones.get(tensor.path, tensor) for tensor in tensors))
