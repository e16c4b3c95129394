"""Splits by index: random stratified, in time order, and k-fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from parity.data.draws import Labels
from parity.errors import UsageError

FRACTIONS = (0.7, 0.15, 0.15)


def random_split(
    count: int, fractions: Sequence[float] = FRACTIONS, seed: int = 0, labels: Labels | None = None
) -> list[Labels]:
    """Shuffled indices of each part; with labels, every class has about the same share of every part.

    The first sample of every class goes to the first part, so that training sees each class.

    Raises:
        UsageError: for bad fractions, or too few samples to fill every part.
    """
    _check(count, fractions)
    rng = np.random.default_rng(seed)
    order = rng.permutation(count)
    groups = np.zeros(count, np.int64) if labels is None else labels[order]
    order = order[np.argsort(groups, kind="stable")]
    groups = np.sort(groups)
    shares = np.asarray(fractions) / sum(fractions)
    given = np.zeros(len(shares))
    part = np.empty(count, np.int64)
    for position in range(count):
        fresh = labels is not None and (position == 0 or groups[position] != groups[position - 1])
        # The part that is furthest behind its share is next: exact in total, and near it within each class.
        part[position] = 0 if fresh else np.argmax(shares * (position + 1) - given)
        given[part[position]] += 1
    parts = [rng.permutation(order[part == index]) for index in range(len(shares))]
    return _filled(parts, count)


def temporal_split(count: int, fractions: Sequence[float] = FRACTIONS) -> list[Labels]:
    """Consecutive indices: the first part is the oldest.

    Raises:
        UsageError: as ``random_split``.
    """
    _check(count, fractions)
    ends = np.rint(np.cumsum(fractions) / sum(fractions) * count).astype(int)
    return _filled(np.split(np.arange(count), ends[:-1]), count)


def k_folds(count: int, folds: int, seed: int = 0, labels: Labels | None = None) -> Iterator[tuple[Labels, Labels]]:
    """Yield (training, test) indices of each fold; each sample is tested once; stratified where labels are given.

    Raises:
        UsageError: unless 2 <= folds <= count.
    """
    if not 2 <= folds <= count:
        raise UsageError(f"folds={folds}: expected 2 ... {count} (the number of samples)", "choose fewer folds")
    rng = np.random.default_rng(seed)
    order = rng.permutation(count)
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    fold = np.empty(count, np.int64)
    fold[order] = np.arange(count) % folds
    for index in range(folds):
        yield rng.permutation(np.flatnonzero(fold != index)), np.flatnonzero(fold == index)


def _check(count: int, fractions: Sequence[float]) -> None:
    if not fractions or any(not share > 0 for share in fractions) or abs(sum(fractions) - 1) > 1e-9:
        raise UsageError(f"fractions={tuple(fractions)}: expected positive shares of sum 1", "such as 0.7,0.15,0.15")
    if count < 1:
        raise UsageError("the data set is empty: expected at least one sample", "check the file")


def _filled(parts: list[Labels], count: int) -> list[Labels]:
    if any(len(part) == 0 for part in parts):
        sizes = ", ".join(str(len(part)) for part in parts)
        raise UsageError(f"{count} samples split into parts of {sizes}: expected no empty part", "use more data")
    return parts
