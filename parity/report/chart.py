"""Where things are in the strip chart: every figure on one logarithmic axis, a row per rung and kind of bound."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from parity.report import formatting
from parity.report.formatting import line, short
from parity.verdicts import Report, RungResult, Verdict

WIDTH = 960
ZERO, LEFT, RIGHT, BEYOND = 164, 196, 884, 924  # x of the figure 0, of both ends of the axis, and of inf and nan
TOP, RADIUS, LANE, MARGIN, LANES = 34, 5.0, 12, 19, 9
CLOSE = 10  # bounds nearer to each other than this factor share a row
LOWEST, HIGHEST = -20, 4  # decades; a figure outside is drawn at the end of the axis


@dataclass(frozen=True)
class Dot:
    """One rung of one pair."""

    x: float
    y: float
    verdict: Verdict
    title: str


@dataclass(frozen=True)
class Line:
    """A tick of the axis or a bound."""

    x: float
    label: str


@dataclass(frozen=True)
class Row:
    """The figures of one rung that are judged against about the same bound."""

    name: str
    label: str
    y: float
    height: float
    dots: tuple[Dot, ...]
    bounds: tuple[Line, ...]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Chart:
    """``beyond``: does any figure have no place on the axis?"""

    height: float
    bottom: float
    rows: tuple[Row, ...]
    ticks: tuple[Line, ...]
    beyond: bool
    verdicts: tuple[Verdict, ...]


Figures = list[tuple[str, RungResult]]


def chart(report: Report) -> Chart | None:
    """The chart, or nothing where no rung has a figure."""
    figures: dict[str, Figures] = defaultdict(list)
    for pair in report.pairs:
        for rung in pair.rungs:
            if rung.figure is not None:
                figures[rung.rung].append((pair.name, rung))
    found = [rung for group in figures.values() for _, rung in group]
    if not found:
        return None
    low, high = _decades(found)
    rows, y = [], float(TOP)
    for name in formatting.columns(report):
        for group in _groups(figures[name]):
            rows.append(_row(name, group, y, low, high))
            y += rows[-1].height
    step = math.ceil((high - low) / 12)
    ticks = tuple(
        Line(_x(10.0**decade, low, high), short(10.0**decade)) for decade in range(low, high + 1) if decade % step == 0
    )
    occurring = {rung.verdict for rung in found}
    return Chart(
        y + 8,
        y,
        tuple(rows),
        ticks,
        any(not math.isfinite(rung.figure or 0) for rung in found),
        tuple(verdict for verdict in Verdict if verdict in occurring),
    )


def _decades(rungs: list[RungResult]) -> tuple[int, int]:
    numbers = [number for rung in rungs for number in (rung.figure, rung.bound) if number and math.isfinite(number)]
    powers = [math.log10(abs(number)) for number in numbers] or [-10.0]
    low = max(LOWEST, min(-17, math.floor(min(powers))))
    return low, min(HIGHEST, max(-5, math.floor(max(powers)) + 1))


def _x(number: float, low: int, high: int) -> float:
    if number == 0:
        return ZERO
    if not math.isfinite(number):
        return BEYOND
    share = (math.log10(abs(number)) - low) / (high - low)
    return round(LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT), 1)


def _groups(figures: Figures) -> Iterator[Figures]:
    """Proofs and float32 noise have bounds decades apart: a row each, so that a dot is beside its own bound."""
    groups: list[list[float]] = []
    for bound in sorted({_usable(rung.bound) for _, rung in figures} - {0.0}):
        if not groups or bound > groups[-1][-1] * CLOSE:
            groups.append([])
        groups[-1].append(bound)
    for bounds in [*groups, [0.0]]:
        group = [(pair, rung) for pair, rung in figures if _usable(rung.bound) in bounds]
        if group:
            yield group


def _usable(bound: float | None) -> float:
    """0 for a bound that has no place on the axis."""
    return bound if bound and math.isfinite(bound) else 0.0


def _row(name: str, figures: Figures, y: float, low: int, high: int) -> Row:
    places = [_x(rung.figure or 0.0, low, high) for _, rung in figures]
    lanes = list(_dodge(places))
    height = (max(lanes) - min(lanes)) * LANE + 2 * MARGIN
    middle = y + MARGIN - min(lanes) * LANE
    dots = [
        Dot(x, middle + lane * LANE, rung.verdict, _title(pair, rung))
        for x, lane, (pair, rung) in zip(places, lanes, figures, strict=True)
    ]
    bounds = {short(rung.bound, 2): rung.bound for _, rung in figures if rung.bound and _usable(rung.bound)}
    lines = [Line(_x(bound, low, high), text) for text, bound in sorted(bounds.items(), key=lambda item: item[1])]
    label = " to ".join(dict.fromkeys([lines[0].label, lines[-1].label])) if lines else ""
    return Row(line(name), f"≤ {label}" if label else formatting.EXACT, y, height, tuple(dots), tuple(lines))


def _dodge(places: list[float]) -> Iterator[int]:
    """A lane (0, -1, 1, -2, ...) for each dot, so that dots lie beside, not on, each other while lanes last."""
    taken: dict[int, list[float]] = defaultdict(list)
    order = sorted(range(LANES), key=lambda lane: abs(lane - LANES // 2))
    for x in places:
        free = [lane for lane in order if all(abs(x - other) > 2 * RADIUS + 1 for other in taken[lane])]
        lane = free[0] if free else min(order, key=lambda lane: len(taken[lane]))
        taken[lane].append(x)
        yield lane - LANES // 2


def _title(pair: str, rung: RungResult) -> str:
    figure, bound = formatting.figure_and_bound(rung, digits=3)
    against = f", bound {bound}" if bound and bound != formatting.EXACT else ""
    return f"{line(pair)}, {line(rung.rung)}: {rung.verdict}, figure {figure}{against}"
