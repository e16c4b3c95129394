"""Targets for losses that the user hands over: one array, or one for each output; drawn where there is no data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.errors import UsageError, listed
from parity.recording import LossFacts

POSITIVE = ("divergence", "poisson")


@dataclass(frozen=True)
class Several:
    """Targets of several outputs, as long as their rows.

    Args:
        names: of the outputs, in their order, as the Keras model calls them.
        arrays: one for each.
        by_name: whether the user's function gave them by name; None where they are drawn.
    """

    names: tuple[str, ...]
    arrays: tuple[NDArray, ...]
    by_name: bool | None = None

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, rows: slice) -> Several:
        return replace(self, arrays=tuple(array[rows] for array in self.arrays))


Goals: TypeAlias = NDArray | Several


def each_of(goals: Goals) -> tuple[NDArray, ...]:
    """One array for each output."""
    return goals.arrays if isinstance(goals, Several) else (goals,)


def goals_of(targets: Any, names: Sequence[str]) -> Goals:
    """What the user gives: an array; or several in a dict, or in the order of the outputs ``names``.

    Raises:
        UsageError: a model with several outputs, and not one target with as many rows for each; or several for one.
    """
    if len(names) < 2:
        return np.asarray(_alone(targets))
    if isinstance(targets, Mapping) and set(targets) == set(names):
        arrays, by_name = [targets[name] for name in names], True
    elif isinstance(targets, (tuple, list)) and len(targets) == len(names):
        arrays, by_name = list(targets), False
    else:
        raise UsageError(
            f"targets: {_what(targets)}, expected one for each of the {len(names)} outputs",
            f"by name or in order: {', '.join(names)}",
        )
    found = Several(tuple(names), tuple(np.asarray(array) for array in arrays), by_name)
    if len({len(array) for array in found.arrays}) > 1:
        raise UsageError(
            f"targets: {', '.join(str(len(array)) for array in found.arrays)} rows, expected as many of each",
            "one target of each output per row",
        )
    return found


def _alone(targets: Any) -> Any:
    """The array, also where it is the only one of a list or dict, or where its rows are in a list."""
    arrays = list(targets.values()) if isinstance(targets, Mapping) else targets
    if not isinstance(arrays, (tuple, list)) or not all(hasattr(each, "shape") for each in arrays):
        return arrays
    if len(arrays) == 1:
        return arrays[0]
    if len({each.shape for each in arrays}) > 1:
        raise UsageError(
            f"targets of the shapes {', '.join(str(each.shape) for each in arrays)}, expected one array: the models"
            " have one output",
            "put them side by side in one, of which the losses on both sides take their columns",
        )
    return arrays


def _what(targets: Any) -> str:
    if isinstance(targets, Mapping):
        return listed(list(targets))
    return f"{len(targets)} of them" if isinstance(targets, (tuple, list)) else "one array"


def drawn_goals(losses: Sequence[LossFacts], shape: tuple[int, ...], seed: int) -> NDArray:
    """Random targets for an output of ``shape``, batch included, as the first loss of a known kind takes them.

    Labels for a cross-entropy of labels, shares that add up to one for other cross-entropies and divergences (or the
    logarithms of shares), zeros and ones for a binary one, else numbers.
    """
    kind, numbers = next(((loss.kind, loss.numbers) for loss in losses if loss.kind), ("", {}))
    if kind == "cross_entropy":
        labels = np.floor(draws.uniform(shape[:-1], seed, "labels") * shape[-1]).astype(np.int64)
        return labels if numbers["labels"] == "indices" else np.eye(shape[-1])[labels]
    if kind == "binary_cross_entropy":
        return np.round(draws.uniform(shape, seed, "labels"))
    if kind in POSITIVE:
        numbers_drawn = 0.1 + draws.uniform(shape, seed, "goals")
        if kind != "divergence":
            return numbers_drawn
        shares = numbers_drawn / numbers_drawn.sum(-1, keepdims=True)
        return np.log(shares) if numbers.get("log_target") else shares
    return draws.normal(shape, seed, "goals")
