"""A report for a terminal: one row per pair, one column per rung, then a message for every pair that is not green."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from parity.errors import listed
from parity.report import formatting
from parity.report.formatting import MARKS, WORDS, line
from parity.verdicts import Cause, Divergence, PairReport, Report, RungResult, Verdict

WIDTH = 100
ALSO = 3  # further findings of one rung that are shown
STYLES = {
    Verdict.PASS: "green",
    Verdict.SKIP: "bright_black",
    Verdict.UNTESTABLE: "yellow",
    Verdict.FAIL: "red",
    Verdict.ERROR: "magenta",
}
_ASCII = str.maketrans({"✓": "+", "✗": "x", "\N{EN DASH}": "-", "≤": "<=", "→": "->", "─": "-"})
_GAP = 2  # a padding and the divider of the box


def render(report: Report, colour: bool = False, width: int | None = None) -> str:
    """The report as text, ``width`` columns wide (that of the terminal, or 100)."""
    buffer = StringIO()
    columns = width or shutil.get_terminal_size((WIDTH, 24)).columns
    console = Console(
        file=buffer,
        width=columns,
        height=24,
        force_terminal=colour,
        force_jupyter=False,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    print_report(report, console)
    text = buffer.getvalue().rstrip("\n")
    return text if colour else "\n".join(row.rstrip() for row in text.split("\n"))


def print_report(report: Report, console: Console) -> None:
    """Print to ``console``, in ASCII where it knows no more."""
    if console.options.ascii_only:
        console.file.write(render(report, width=console.width).translate(_ASCII) + "\n")
        return
    for part in _parts(report, console.width):
        console.print(part, highlight=False)


def _parts(report: Report, width: int) -> Iterator[RenderableType]:
    yield Text(formatting.subject(report), style="bold")
    yield Text(line(report.command), style="cyan")
    yield Text("\n".join(formatting.place(report, width)), style="dim")
    yield Text()
    for table in _tables(report, width):
        yield table
        yield Text()
    for pair in report.pairs:
        yield from _notes(pair)
        if not pair.verdict.green:
            yield from _message(pair)
            yield Text()
    verdict = formatting.verdict_line(report)
    yield Text(verdict, style=f"bold {STYLES[report.verdict]}")


@dataclass(frozen=True)
class _Column:
    name: str
    cells: Sequence[Text]
    right: bool = False

    @property
    def width(self) -> int:
        return max(
            cell_len(row) for text in (self.name, *(cell.plain for cell in self.cells)) for row in text.split("\n")
        )


def _tables(report: Report, width: int) -> Iterator[Table]:
    """One table, or several under each other where the terminal is too narrow for all rungs."""
    if not report.pairs:
        return
    names = _Column("pair", [Text(line(pair.name), style="bold") for pair in report.pairs])
    first = min(names.width, max(16, width // 3))
    room, group = width - first, list[_Column]()
    for column in _columns(report):
        if group and column.width + _GAP > room:
            yield _table(names, first, group)
            room, group = width - first, []
        group.append(column)
        room -= column.width + _GAP
    yield _table(names, first, group)


def _columns(report: Report) -> Iterator[_Column]:
    for name in formatting.columns(report):
        found = [next((rung for rung in pair.rungs if rung.rung == name), None) for pair in report.pairs]
        yield _Column(line(name), [_cell(rung) for rung in found])
    yield _Column(
        "time", [Text(formatting.seconds(formatting.duration(pair)), style="dim") for pair in report.pairs], True
    )


def _cell(rung: RungResult | None) -> Text:
    """Mark and figure, and the bound under it."""
    if rung is None:
        return Text()
    figure, bound = formatting.figure_and_bound(rung)
    shown = figure or ("" if rung.verdict in (Verdict.PASS, Verdict.FAIL) else str(rung.verdict))
    cell = Text(f"{MARKS[rung.verdict]} {shown}".rstrip(), style=STYLES[rung.verdict])
    return cell.append(f"\n{'' if bound == formatting.EXACT else '≤'}{bound}", "dim") if bound else cell


def _table(names: _Column, width: int, group: Sequence[_Column]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column(names.name, min_width=width, max_width=width, overflow="fold")
    for column in group:
        table.add_column(Text(column.name), justify="right" if column.right else "left", no_wrap=True)
    for index, name in enumerate(names.cells):
        table.add_row(name, *(column.cells[index] for column in group))
    return table


def _notes(pair: PairReport) -> Iterator[RenderableType]:
    """What was compared otherwise than the user wrote it."""
    folded = [line(path) for rung in pair.rungs for path in rung.details.get("folded", ())]
    if folded:
        yield Text.assemble((line(pair.name), "bold"), "  note")
        made = f"{listed(folded)}: torch computes it from other tensors; compared as the weight that it is in eval mode"
        yield _block([("folded", made)])
        yield Text()


def _message(pair: PairReport) -> Iterator[RenderableType]:
    if not pair.rungs:
        yield Text.assemble((line(pair.name), "bold"), "  ", ("SKIPPED", STYLES[Verdict.SKIP]))
        yield _block([("reason", "nothing was checked")])
    for rung in pair.rungs:
        if not rung.verdict.green:
            yield _headline(pair, rung)
            yield _block(_facts(rung))
    if pair.first_divergence:
        yield from _divergence(pair.first_divergence)
    for group in formatting.grouped(pair.causes):
        yield from _cause(group)


def _headline(pair: PairReport, rung: RungResult) -> Text:
    figure, bound = formatting.figure_and_bound(rung, digits=3)
    against = f"bound {bound}" if bound else ""
    if bound == formatting.EXACT:
        against = "must be exact"
    numbers = ", ".join(filter(None, [f"figure {figure}" if figure else "", against]))
    return Text.assemble(
        (line(pair.name), "bold"),
        "  ",
        (line(rung.rung), "bold"),
        "  ",
        (WORDS[rung.verdict].upper(), f"bold {STYLES[rung.verdict]}"),
        f"  {numbers}" if numbers else "",
    )


def _facts(rung: RungResult) -> list[tuple[str, str]]:
    reason = line(rung.reason or "none was given")
    facts = [("reason", reason)]
    if rung.where and not reason.startswith(line(rung.where)):
        facts.insert(0, ("where", line(rung.where)))
    others = list(rung.details.get("violations", ()))[1:]
    facts += [("also", line(sentence)) for sentence in others[:ALSO]]
    if others[ALSO:]:
        facts.append(("more", f"{len(others[ALSO:])} in the reports that --json and --html write"))
    if rung.details.get("trace"):
        facts.append(("trace", "in the reports that --json and --html write"))
    return facts


def _divergence(found: Divergence) -> Iterator[RenderableType]:
    figure, bound = formatting.against(found.figure, found.bound, digits=3)
    at = f", worst element {formatting.element(found.element)}" if found.element is not None else ""
    yield Text.assemble("  ", ("first difference", "bold"), f"  figure {figure}, bound {bound}{at}")
    sides = (
        ("keras", found.keras, found.keras_value, found.keras_line),
        ("torch", found.torch, found.torch_value, found.torch_line),
    )
    yield _block([(side, _valued(path, value, place)) for side, path, value, place in sides], 4)


def _valued(path: str, number: float | None, place: str | None) -> str:
    return "  ".join(filter(None, [line(path), formatting.value(number), line(place or "")]))


def _cause(group: Sequence[Cause]) -> Iterator[RenderableType]:
    """One rule and what to do about it, with every place that it was found in."""
    first = group[0]
    state = ("confirmed", "green") if first.confirmed else ("suspected", "yellow")
    yield Text.assemble("  ", ("cause", "bold"), "  ", (f"rule: {line(first.rule)}", "bold"), "  ", state)
    places = [
        ("at", "  ".join(filter(None, [f"{line(cause.keras)} | {line(cause.torch)}", formatting.change(cause)])))
        for cause in group
    ]
    yield _block([*places, *formatting.fixes(first)], 4)


def _block(facts: Sequence[tuple[str, str]], indent: int = 2) -> RenderableType:
    """Labels and values; a long value wraps under itself."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in facts:
        grid.add_row(Text(label, style="dim"), Text(text))
    return Padding(grid, (0, 0, 0, indent))
