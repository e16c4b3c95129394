"""A data set for training: three parts and what is needed to read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parity.data.draws import Array, Labels
from parity.data.scaling import Scaler
from parity.data.splits import FRACTIONS, random_split, temporal_split
from parity.data.text import Vocabulary
from parity.errors import UsageError


@dataclass(frozen=True, eq=False)
class Part:
    """Inputs (N, ...), targets (N,) or (N, K), and true lengths (N,) of padded sequences."""

    inputs: Array
    targets: Array
    lengths: Array | None = None

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Train, validation and test parts.

    Args:
        name: the name or file that was asked for.
        kind: ``tabular``, ``image``, ``text`` or ``series``.
        task: ``classification`` (int64 labels (N,)), ``regression`` (floats (N, K)) or ``reconstruction``.
        train, validation, test: the parts; whatever was fitted saw ``train`` only.
        classes: names, in order of the labels.
        vocabulary: of tokens.
        scaler: of the inputs; ``target_scaler`` of a regression's targets (``inverse`` gives the original unit).
    """

    name: str
    kind: str
    task: str
    train: Part
    validation: Part
    test: Part
    classes: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None
    scaler: Scaler | None = None
    target_scaler: Scaler | None = None


@dataclass(frozen=True)
class Plan:
    """How to split: shares of train, validation and test, and in random (None, "random") or time order ("temporal")."""

    seed: int = 0
    fractions: tuple[float, float, float] = field(default=FRACTIONS)
    split: str | None = None

    def indices(
        self, count: int, labels: Labels | None = None, fractions: tuple[float, ...] | None = None
    ) -> list[Labels]:
        """Indices of the parts; random parts are stratified by labels where there are any."""
        shares = fractions or self.fractions
        if self.split not in (None, "random", "temporal"):
            raise UsageError(f"split={self.split!r}: expected random or temporal", "leave it out for the usual one")
        if self.split == "temporal":
            return temporal_split(count, shares)
        return random_split(count, shares, self.seed, labels)


Parts = tuple[Part, Part, Part]


def cut(plan: Plan, inputs: Array, targets: Array, *, labelled: bool) -> Parts:
    """The three parts of arrays in memory."""
    labels = np.asarray(targets, np.int64) if labelled else None
    train, validation, test = (Part(inputs[i], targets[i]) for i in plan.indices(len(inputs), labels))
    return train, validation, test


def hold_out(plan: Plan, train: Part, test: Part, *, labelled: bool) -> Parts:
    """A validation part taken from the training part, where the test part is given: its own third share is not used."""
    kept, held, _ = plan.fractions
    two = (kept / (kept + held), held / (kept + held))
    labels = np.asarray(train.targets, np.int64) if labelled else None
    first, second = plan.indices(len(train), labels, two)
    return Part(train.inputs[first], train.targets[first]), Part(train.inputs[second], train.targets[second]), test


def reconstructed(data: DataSet) -> DataSet:
    """The same set with its inputs as targets."""
    parts: dict[str, Any] = {}
    for name in ("train", "validation", "test"):
        part: Part = getattr(data, name)
        parts[name] = Part(part.inputs, part.inputs, part.lengths)
    fields = {**vars(data), **parts, "task": "reconstruction", "classes": (), "target_scaler": data.scaler}
    return DataSet(**fields)
