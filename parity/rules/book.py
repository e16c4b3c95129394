"""The whole book: by id, by group, by layer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from parity.errors import UsageError
from parity.rules import (
    activations,
    attention,
    choices,
    counts,
    data,
    dense_conv,
    export,
    initialisers,
    losses,
    norms,
    numerics,
    optimizers,
    pooling,
    recurrent,
    resizing,
    schedules,
    structure,
)
from parity.rules.rule import Rule
from parity.suggesting import nearest

_FILES = (
    dense_conv,
    pooling,
    norms,
    recurrent,
    attention,
    activations,
    resizing,
    losses,
    optimizers,
    schedules,
    choices,
    initialisers,
    data,
    export,
    numerics,
    counts,
    structure,
)

GROUPS: Mapping[str, tuple[Rule, ...]] = MappingProxyType({file.GROUP: file.RULES for file in _FILES})
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rules in GROUPS.values() for rule in rules})


def find(word: str) -> list[Rule]:
    """The rule of that id, or every rule that concerns the layer, optimizer, loss or function of that name.

    Upper and lower case are the same, and so are ``nn.LSTM``, ``torch.nn.LSTM`` and ``LSTM``.

    Raises:
        UsageError: neither, with a suggestion.
    """
    wanted = word.strip().casefold()
    if wanted in RULES:
        return [RULES[wanted]]
    name = _bare(wanted)
    found = [rule for rule in RULES.values() if name in map(_bare, rule.layers)]
    if not found:
        raise UsageError(f"no rule and no layer {word!r}: expected a name of 'parity explain'", _suggestion(name))
    return found


def _bare(name: str) -> str:
    """``torch.nn.LSTM`` -> ``lstm``."""
    return name.rpartition(".")[2].casefold()


def _suggestion(name: str) -> str:
    known = {rule: rule for rule in RULES} | {_bare(layer): layer for rule in RULES.values() for layer in rule.layers}
    found = nearest(name, known)
    return f"did you mean {known[found]!r}?" if found else "parity explain lists them all"
