"""Words and numbers that every form of a report shares."""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from parity.ladder import RUNGS
from parity.verdicts import Cause, PairReport, Report, RungResult, Verdict

MARKS = {Verdict.PASS: "✓", Verdict.SKIP: "\N{EN DASH}", Verdict.UNTESTABLE: "?", Verdict.FAIL: "✗", Verdict.ERROR: "!"}
WORDS = {
    Verdict.PASS: "passed",
    Verdict.SKIP: "skipped",
    Verdict.UNTESTABLE: "untestable",
    Verdict.FAIL: "failed",
    Verdict.ERROR: "error",
}
NOT_GREEN = (Verdict.FAIL, Verdict.ERROR, Verdict.UNTESTABLE, Verdict.SKIP)
EXACT = "exact"
_MOST_DIGITS = 17
_SIDES = re.compile(r"(?:^|;\s+)(?:or\s+)?in (keras|torch):\s+")


def short(number: float, digits: int = 1) -> str:
    """``3e-15``, ``0.02``, ``0``, ``inf``: at most ``digits`` significant digits, no padding."""
    number = float(number)
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else str(number)
    scientific = f"{number:.{digits - 1}e}"
    rounded = float(scientific)
    if 1e-3 <= abs(rounded) < 1e3:
        return f"{rounded:.{max(digits, 4)}g}"
    mantissa, exponent = scientific.split("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"


def against(figure: float, bound: float, digits: int = 1) -> tuple[str, str]:
    """A figure and its bound, with as many digits as it takes to show on which side of it the figure is."""
    for shown in range(digits, _MOST_DIGITS):
        texts = short(figure, shown), short(bound, max(2, shown))
        if (float(texts[0]) <= float(texts[1])) == (figure <= bound):
            return texts
    return repr(float(figure)), repr(float(bound))


def figure_and_bound(rung: RungResult, digits: int = 1) -> tuple[str | None, str | None]:
    """Both as text; ``exact`` where a judged rung has no bound, ``None`` where there is nothing to say."""
    if rung.figure is not None and rung.bound is not None:
        return against(rung.figure, rung.bound, digits)
    figure = None if rung.figure is None else short(rung.figure, digits)
    if rung.bound is not None:
        return figure, short(rung.bound, max(2, digits))
    return figure, None if rung.verdict in (Verdict.SKIP, Verdict.ERROR) else EXACT


def seconds(duration: float) -> str:
    """``0.8 s``, ``130 s``."""
    return f"{duration:.1f} s" if duration < 100 else f"{duration:.0f} s"


def duration(pair: PairReport) -> float:
    return sum(rung.seconds for rung in pair.rungs)


def element(index: Sequence[int] | None) -> str:
    """``[0, 3, 3, 7]``; a scalar is ``[]``."""
    return "" if index is None else f"[{', '.join(str(int(i)) for i in index)}]"


def value(number: float | None) -> str:
    """One element of a tensor, with the digits that float32 can hold."""
    return "" if number is None else f"{float(number):.9g}"


def grouped(causes: Iterable[Cause]) -> list[list[Cause]]:
    """Causes that say the same of several places, so that rule and fix are told once; in order of the first place."""
    groups: dict[tuple[str, bool, str], list[Cause]] = {}
    for cause in causes:
        groups.setdefault((cause.rule, cause.confirmed, cause.fix), []).append(cause)
    return list(groups.values())


def fixes(cause: Cause) -> list[tuple[str, str]]:
    """What to do, labelled ``fix keras`` and ``fix torch`` after what was ``found``; else ``fix``."""
    lead, *rest = (part.strip() for part in _SIDES.split(line(cause.fix)))
    sides = sorted((f"fix {side}", text) for side, text in zip(rest[::2], rest[1::2], strict=True))
    return [("found" if sides else "fix", lead), *sides] if lead else sides


def change(cause: Cause) -> str | None:
    """The error with and without the cause: ``0.00519 → 1.75e-16 without it``."""
    if cause.before is None or cause.after is None:
        return None
    return f"{short(cause.before, 3)} → {short(cause.after, 3)}{' without it' if cause.confirmed else ''}"


def clean(text: object) -> str:
    """Text from outside with every unprintable character spelled out: no escape sequence, no reversed writing."""
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in str(text))


def line(text: object) -> str:
    """``clean`` text on one line."""
    return " ".join(clean(text).split())


def columns(report: Report) -> list[str]:
    """Every rung that occurs, in ladder order; a rung that the ladder does not know comes last."""
    found = dict.fromkeys(rung.rung for pair in report.pairs for rung in pair.rungs)
    return sorted(found, key=lambda rung: RUNGS.index(rung) if rung in RUNGS else len(RUNGS))


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def subject(report: Report) -> str:
    """What was compared: ``Keras against Torch: 5 pairs, 7 rungs``."""
    return f"Keras against Torch: {counted(len(report.pairs), 'pair')}, {counted(len(columns(report)), 'rung')}"


def place(report: Report, width: int) -> list[str]:
    """Where it was compared, versions and seed, in lines that keep a name and its version together."""
    items = [f"{line(name)} {line(version)}" for name, version in report.versions.items()] + [f"seed {report.seed}"]
    text = ", ".join(item.replace(" ", "\xa0") for item in items)
    return [row.replace("\xa0", " ") for row in textwrap.wrap(text, width, break_on_hyphens=False)]


def verdict_line(report: Report) -> str:
    """``PARITY: 13 of 13 pairs pass`` or ``NO PARITY: 11 of 13 pairs pass, 1 failed, 1 skipped``."""
    if not report.pairs:
        return "NO PARITY: nothing was checked"
    counts = Counter(pair.verdict for pair in report.pairs)
    total = len(report.pairs)
    text = f"{counts[Verdict.PASS]} of {counted(total, 'pair')} {'passes' if total == 1 else 'pass'}"
    others = [
        counted(counts[Verdict.ERROR], "error") if verdict is Verdict.ERROR else f"{counts[verdict]} {WORDS[verdict]}"
        for verdict in NOT_GREEN
        if counts[verdict]
    ]
    return ("PARITY: " if report else "NO PARITY: ") + ", ".join([text, *others])
