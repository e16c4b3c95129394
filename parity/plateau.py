"""Learning rates that fall when the loss of an epoch does no longer: no run of three epochs shows when they do.

Both sides are shown the same losses, one for each epoch, and say what the rate is after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAME = "ReduceLROnPlateau"
IMPROVING = 16
"""Epochs in which every loss is better than the last: no rate falls in a run of a few steps."""
NOTHING = 1e-8
"""A smallest step up to here, PyTorch's default, matters to no training that anybody goes on with."""
RULES: Mapping[str, tuple[str, ...]] = {
    "plateau-patience": ("patience",),
    "plateau-threshold": ("threshold", "relative"),
    "plateau-cooldown": ("cooldown",),
    "plateau-smallest-step": ("smallest",),
    "schedule-other": ("factor", "least", "mode"),
}
"""Numbers in the words of both sides; ``patience`` as PyTorch counts, whose next epoch acts."""


def losses() -> list[float]:
    """Falling; then flat; falling so little that a threshold decides, at losses large and small; flat again."""
    found = [8.0 * 0.8**epoch for epoch in range(IMPROVING)]
    for share, epochs in ((0.0, 40), (2e-3, 20), (3e-4, 20), (5e-5, 30), (0.3, 4), (0.0, 60)):
        found += [found[-1] * (1 - share) ** (epoch + 1) for epoch in range(epochs)]
    return found


def unlike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule whose numbers differ, with Keras's numbers but for these."""
    for rule, names in RULES.items():
        if any(ours[name] != theirs[name] for name in names):
            yield rule, {**ours, **{name: theirs[name] for name in names}}


def matter(rules: Sequence[str], alike: Sequence[float], without: Sequence[Sequence[float]]) -> list[str]:
    """Those of the rules without which the rates are others."""
    return [rule for rule, rates in zip(rules, without, strict=True) if list(rates) != list(alike)]
