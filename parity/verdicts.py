"""What a check found: verdicts, rung results, the report. Facts only; how it looks is in ``parity.report``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = "parity.report/1"


class Verdict(StrEnum):
    """Outcome of one rung, one pair or a whole report, from best to worst."""

    PASS = "pass"
    SKIP = "skip"
    UNTESTABLE = "untestable"
    FAIL = "fail"
    ERROR = "error"

    @property
    def green(self) -> bool:
        return self is Verdict.PASS


_ORDER = list(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst verdict; nothing checked is a skip, never a pass."""
    return max(verdicts, key=_ORDER.index, default=Verdict.SKIP)


@dataclass(frozen=True)
class RungResult:
    """One rung of one pair.

    Args:
        figure: the worst figure of the rung, ``inf`` where no number can be given (shape, NaN).
        bound: what the figure was judged against; ``None`` for an exact comparison.
        where: the place of the worst figure, on both sides.
        reason: one sentence, for every verdict but ``pass``.
        seconds: wall-clock time.
        details: everything else that the rung measured.
    """

    rung: str
    verdict: Verdict
    figure: float | None = None
    bound: float | None = None
    where: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Divergence:
    """The first layer, in execution order, where the two sides part."""

    keras: str
    torch: str
    figure: float
    bound: float
    element: tuple[int, ...] | None = None
    keras_value: float | None = None
    torch_value: float | None = None
    keras_line: str | None = None
    torch_line: str | None = None


@dataclass(frozen=True)
class Cause:
    """A named difference. ``confirmed`` means: taken away, the error vanished (``before`` to ``after``)."""

    rule: str
    keras: str
    torch: str
    confirmed: bool
    before: float | None
    after: float | None
    fix: str


@dataclass(frozen=True)
class PairReport:
    """All rungs of one pair of models."""

    name: str
    rungs: tuple[RungResult, ...]
    first_divergence: Divergence | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return worst(rung.verdict for rung in self.rungs)


@dataclass(frozen=True)
class Report:
    """The outcome of one ``parity check``: true only if every rung of every pair passed."""

    command: str
    versions: Mapping[str, str]
    seed: int
    pairs: tuple[PairReport, ...]

    @property
    def verdict(self) -> Verdict:
        return worst(pair.verdict for pair in self.pairs)

    def __bool__(self) -> bool:
        return self.verdict.green

    def __str__(self) -> str:
        from parity.report.text import render

        return render(self)

    def _repr_html_(self) -> str:
        from parity.report.html import fragment

        return fragment(self)

    def to_json(self) -> dict[str, Any]:
        """The report in the public schema ``parity.report/1``; every value is plain JSON."""
        return {
            "schema": SCHEMA,
            "command": self.command,
            "versions": dict(self.versions),
            "seed": self.seed,
            "verdict": str(self.verdict),
            "pairs": [_pair_to_json(pair) for pair in self.pairs],
        }


def _pair_to_json(pair: PairReport) -> dict[str, Any]:
    return {
        "name": pair.name,
        "verdict": str(pair.verdict),
        "rungs": [_plain(vars(rung)) for rung in pair.rungs],
        "first_divergence": _plain(vars(pair.first_divergence)) if pair.first_divergence else None,
        "causes": [_plain(vars(cause)) for cause in pair.causes],
    }


def _plain(value: Any) -> Any:
    """JSON has no infinity and no NaN: they become the strings ``inf`` and ``nan``."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number if math.isfinite(number) else str(number)
