"""Collect what a rung finds: the worst figure, its place, and every violation."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from parity.compare import Difference
from parity.verdicts import RungResult, Verdict

SHOWN = 12


@dataclass
class Findings:
    """Figures judged one by one against their bounds.

    The headline is the finding furthest past its own bound; if all are within, the worst of those with the
    strictest bound: the proof, not the budget. ``limits`` say what nobody can judge, for no fault of the pair.
    """

    rung: str
    figures: list[tuple[float, float, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    judged: int = 0

    def judge(self, where: str, found: Difference, bound: float) -> bool:
        """Record one comparison; true if it is within its bound."""
        self.judged += 1
        self.figures.append((found.figure, bound, where))
        if found.figure <= bound:
            return True
        self.violations.append(f"{where}: {found.describe()}")
        return False

    def violate(self, sentence: str) -> None:
        """Record a difference that has no figure."""
        self.judged += 1
        self.violations.append(sentence)

    def limit(self, sentence: str | None) -> bool:
        """Record what nobody can judge, where there is something."""
        self.limits += [sentence] if sentence else []
        return bool(sentence)

    def result(self, details: dict[str, Any] | None = None, untestable: str | None = None) -> RungResult:
        """The verdict of the rung; ``untestable`` says why a pass would mean nothing."""
        figure, bound, where = self._headline()
        facts = {"compared": self.judged, **(details or {})}
        if self.violations:
            more = f" (and {len(self.violations) - 1} more)" if len(self.violations) > 1 else ""
            facts["violations"] = self.violations[:SHOWN]
            needed = self._needed_bound()
            if needed is not None and not untestable:
                facts["needed_bound"] = needed
            return RungResult(self.rung, Verdict.FAIL, figure, bound, where, self.violations[0] + more, details=facts)
        if untestable or not (self.judged or self.limits):
            return RungResult(
                self.rung, Verdict.UNTESTABLE, figure, bound, where, untestable or "nothing to compare", details=facts
            )
        if self.limits:
            return RungResult(self.rung, Verdict.SKIP, figure, bound, where, "; ".join(self.limits), details=facts)
        return RungResult(self.rung, Verdict.PASS, figure, bound, where, details=facts)

    def worst(self, since: int) -> float | None:
        """The worst figure of all but the first ``since``."""
        return max((figure for figure, _, _ in self.figures[since:]), default=None)

    def _needed_bound(self) -> float | None:
        """The smallest bound for all under which the rung would pass; None where something must be exact."""
        beyond = [figure for figure, bound, _ in self.figures if not figure <= bound]
        needed = max(beyond, default=math.inf)
        return needed if len(beyond) == len(self.violations) and needed < math.inf else None

    def _headline(self) -> tuple[float, float, str] | tuple[None, None, None]:
        if not self.figures:
            return None, None, None
        strictest = min(bound for _, bound, _ in self.figures)
        beyond = [entry for entry in self.figures if entry[0] > entry[1]]
        return max(beyond or [entry for entry in self.figures if entry[1] == strictest], key=lambda e: e[0] / e[1])


def insensitive(sensitivity: float, needed: float) -> str | None:
    """Why a pass of numbers would mean nothing, if it would."""
    if sensitivity > needed:
        return None
    spread = f"unrelated samples differ by {sensitivity:.1e} of the peak (needed {needed:.0e})"
    return f"the output hardly depends on the input: {spread}"
