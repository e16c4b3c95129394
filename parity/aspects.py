"""In what two optimizers, or two losses, differ, once both are said in one vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

NUMBERED = frozenset({"ignored"})
"""Names whose zero is no absence: the first class."""
FORMS = frozenset(
    {"rate_inside", "epsilon_corrected", "epsilon_inside", "broadcast", "class_axis", "smoothing_weighted", "clip"}
)
"""What a library does and nobody has chosen."""


@dataclass(frozen=True)
class Aspect:
    """Something in which the two sides differ.

    Args:
        part: ``optimizer``, ``learning rate`` or ``loss``.
        names: numbers that are Keras's once the aspect is taken away; or ``kind``, ``rates``, ``decays``,
            ``penalties``, ``trained``.
        chosen: somebody has set it, it is not a form that the library has.
        output: the one whose loss it is about, where there are several.
    """

    part: str
    rule: str
    names: tuple[str, ...]
    chosen: bool = True
    output: int | None = None


def differing(
    part: str, groups: Iterable[tuple[tuple[str, ...], str]], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[Aspect]:
    for names, rule in groups:
        unlike = [name for name in names if _said(name, ours) != _said(name, theirs)]
        if unlike and unlike != ["labels"]:
            yield Aspect(part, rule, names, bool(set(unlike) - FORMS))


def one_each(aspects: Iterable[Aspect]) -> Iterator[Aspect]:
    """What one rule knows is one aspect."""
    by_rule: dict[str, list[Aspect]] = {}
    for each in aspects:
        by_rule.setdefault(each.rule, []).append(each)
    for group in by_rule.values():
        names = tuple(name for each in group for name in each.names)
        yield replace(group[0], names=names, chosen=any(each.chosen for each in group))


def _said(name: str, numbers: Mapping[str, Any]) -> Any:
    """Zero, false and absent are one."""
    value = numbers.get(name)
    return value if name in NUMBERED else value or None
