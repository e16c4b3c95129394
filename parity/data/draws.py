"""What a model input asks of a source, and what the source hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import UsageError

Array = NDArray[Any]
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Request:
    """One model input asks for ``count`` samples of ``shape`` (canonical, no batch axis, every axis known)."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    index: int
    count: int
    classes: int
    seed: int

    def rng(self) -> np.random.Generator:
        """Random numbers of this input: two inputs of one model get different samples."""
        return np.random.default_rng((self.seed, self.index))


@dataclass(frozen=True, eq=False)
class Draw:
    """Samples for one input.

    Args:
        values: float64 or int32, (count, *shape).
        labels: whole numbers from 0: (count,), or one per position. None where the input has no target.
        numbers: (count, classes): a real quantity to predict, where the source has one.
    """

    values: Array
    labels: Labels | None = None
    numbers: Floats | None = None


def pick(rng: np.random.Generator, total: int, count: int) -> NDArray[np.int64]:
    """``count`` of ``total`` indices in random order; all are used before one is used again."""
    rounds = max(1, -(-count // total))
    return np.concatenate([rng.permutation(total) for _ in range(rounds)])[:count]


def bands(values: Floats, count: int, reference: Floats | None = None) -> Labels:
    """The band of each value, 0 ... count - 1: bands hold equal shares of ``reference`` (default: the values)."""
    edges = np.quantile(values if reference is None else reference, np.arange(1, count) / count)
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def expect(request: Request, source: str, kind: str, ranks: tuple[int, ...]) -> None:
    """Raise UsageError unless the input takes ``kind`` ("float" or "int") and has one of ``ranks`` axes."""
    if not request.dtype.startswith(("float", "bfloat") if kind == "float" else ("int", "uint")):
        raise UsageError(
            f"input {request.name!r} has dtype {request.dtype!r}: source {source!r} serves {kind} inputs",
            "choose another source in the registry entry (data=...), or another dtype",
        )
    if len(request.shape) not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise UsageError(
            f"input {request.name!r} has shape {request.shape}: source {source!r} serves {wanted} axes",
            "shapes are canonical: channels last, without the batch axis",
        )
