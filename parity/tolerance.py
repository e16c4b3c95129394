"""Judge a finished report by a bound of the user's own."""

from __future__ import annotations

import math
from dataclasses import replace

from parity.errors import UsageError
from parity.verdicts import PairReport, Report, RungResult, Verdict


def tolerate(report: Report, bound: float) -> Report:
    """The report with every rung passed that failed by figures alone, none above ``bound``.

    What must be exact (structure, shapes, counts) still fails; so does a model too deaf to be judged.
    """
    return replace(report, pairs=tuple(_pair(pair, bound) for pair in report.pairs))


def refuse_unusable(bound: float | None) -> None:
    """Raise ``UsageError`` unless the bound is a positive number or left out."""
    if bound is not None and not 0 < bound < math.inf:
        raise UsageError(f"bound {bound}: expected a positive number", "leave it out for the proof's own bounds")


def _pair(pair: PairReport, bound: float) -> PairReport:
    return replace(pair, rungs=tuple(_rung(rung, bound) for rung in pair.rungs))


def _rung(rung: RungResult, bound: float) -> RungResult:
    needed = rung.details.get("needed_bound")
    if rung.verdict is not Verdict.FAIL or needed is None or needed > bound:
        return rung
    return replace(rung, verdict=Verdict.PASS, figure=needed, bound=bound, reason=None)
