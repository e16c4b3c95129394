"""Tables of the user's own: ``.csv`` files with numbers, texts or a series."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.data.dataset import DataSet, Plan
from parity.data.draws import Floats, Labels
from parity.data.files.reading import damaged, read_bytes
from parity.data.names import suggest
from parity.data.series import series_set
from parity.data.tables import table_set
from parity.data.text import words
from parity.data.texts import text_set
from parity.errors import UsageError

KINDS = ("tabular", "text", "series")
TASKS = ("classification", "regression")
MOST_CLASSES = 50


@dataclass(frozen=True)
class Sheet:
    """A file's cells by column; ``lines`` are the rows' line numbers, for messages."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]

    def numbers(self, names: list[str]) -> Floats:
        """Columns as (N, D) floats; UsageError at the first cell that is no finite number."""
        return np.array([[self._number(name, row) for name in names] for row in range(len(self.lines))])

    def column(self, name: str) -> str:
        """The name itself, or UsageError if there is no such column."""
        if name not in self.columns:
            raise UsageError(f"{self.path}: no column {name!r}", suggest(name, self.columns))
        return name

    def text(self, name: str, row: int) -> str:
        """A cell that must not be empty."""
        cell = self.columns[name][row].strip()
        if not cell:
            raise UsageError(f"{self._where(name, row)}: empty: expected a value", "fill or drop missing values first")
        return cell

    def _number(self, name: str, row: int) -> float:
        cell = self.text(name, row)
        try:
            value = float(cell)
        except ValueError:
            hint = "name the columns of numbers (columns=a,b), or turn texts into numbers"
            raise UsageError(f"{self._where(name, row)}: {cell[:40]!r}: expected a number", hint) from None
        if not math.isfinite(value):
            hint = "fill or drop missing values first"
            raise UsageError(f"{self._where(name, row)}: {cell[:40]!r}: expected a finite number", hint)
        return value

    def _where(self, name: str, row: int) -> str:
        return f"{self.path}: line {self.lines[row]}, column {name!r}"


def load_csv(
    name: str,
    plan: Plan,
    *,
    path: str,
    kind: str = "tabular",
    target: str = "",
    columns: str = "",
    task: str = "",
    scale: str = "",
    length: int = 0,
    horizon: int = 1,
    vocabulary: int = 10_000,
    min_frequency: int = 1,
) -> DataSet:
    """A table to classify or predict, texts to classify, or a series to forecast.

    Args:
        name: shown in the result.
        plan: how to split.
        path: the file, with or without a line of column names.
        kind: ``tabular``, ``text`` or ``series``.
        target: the column to predict; the last one if left out.
        columns: columns to learn from, separated by commas; all others if left out. ``text`` takes one, the first.
        task: ``classification`` or ``regression``. If left out, a target of texts or of at most 50 different whole
            numbers is classified.
        scale: ``standard`` (usual), ``minmax`` (usual for a series) or ``none``.
        length: tokens of a text (usually 100), or steps of a window (usually 50).
        horizon: steps to forecast.
        vocabulary: most words.
        min_frequency: rarer words are unknown.
    """
    for option, value, choices in (("kind", kind, KINDS), ("task", task or TASKS[0], TASKS)):
        if value not in choices:
            raise UsageError(f"{option}={value!r}: expected one of {', '.join(choices)}", suggest(value, choices))
    sheet = read_sheet(Path(path))
    target = sheet.column(target or list(sheet.columns)[-1])
    chosen = [sheet.column(part.strip()) for part in columns.split(",")] if columns else list(sheet.columns)
    if kind == "series":
        chosen = list(dict.fromkeys([*chosen, target]))
        return series_set(
            name, plan, sheet.numbers(chosen), length or 50, horizon, chosen.index(target), scale or "minmax"
        )
    chosen = [column for column in chosen if column != target]
    if not chosen:
        raise UsageError(f"{sheet.path}: no column beside the target {target!r}", "a table needs two columns or more")
    if kind == "text":
        labels, classes = _labels(sheet, target)
        texts = _texts(sheet, chosen[0])
        return text_set(name, plan, texts, labels, classes, length or 100, vocabulary, min_frequency)
    features = sheet.numbers(chosen)
    if (task or _task(sheet.columns[target])) == "classification":
        labels, classes = _labels(sheet, target)
        return table_set(name, plan, features, labels, classes, scale or "standard")
    return table_set(name, plan, features, sheet.numbers([target]), (), scale or "standard")


def read_sheet(path: Path) -> Sheet:
    """Cells of a file separated by comma, semicolon or tab.

    Raises:
        UsageError: if it is missing, empty, not UTF-8, or its rows differ in length.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise damaged(path, f"byte {error.start} is not UTF-8 text") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise damaged(path, f"line {reader.line_num}: {error}") from None
    names = [cell.strip() for cell in rows[0][1]] if rows else []
    if any(_is_number(cell) for cell in names):
        names = [f"column{index + 1}" for index in range(len(names))]
    else:
        rows = rows[1:]
    if not rows:
        raise UsageError(f"{path}: holds no sample: expected a line of names and rows of values", "check the file")
    if len(set(names)) < len(names):
        twice = next(column for column in names if names.count(column) > 1)
        raise UsageError(f"{path}: two columns are named {twice!r}: expected different names", "rename one")
    for line, row in rows:
        if len(row) != len(names):
            raise UsageError(
                f"{path}: line {line} has {len(row)} values: expected {len(names)}",
                "quote texts that hold the separator",
            )
    columns = {column: [row[index] for _, row in rows] for index, column in enumerate(names)}
    return Sheet(path, columns, [line for line, _ in rows])


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _task(cells: list[str]) -> str:
    different = {cell.strip() for cell in cells}
    if any(cell and not _is_number(cell) for cell in different):
        return "classification"
    whole = all(cell.lstrip("+-").isdigit() for cell in different)
    return "classification" if whole and len(different) <= MOST_CLASSES else "regression"


def _labels(sheet: Sheet, target: str) -> tuple[Labels, tuple[str, ...]]:
    """Labels by the sorted different values: numbers by size, texts by alphabet."""
    cells = [sheet.text(target, row) for row in range(len(sheet.lines))]
    values = set(cells)
    ordered = sorted(values, key=float) if all(map(_is_number, values)) else sorted(values)
    classes = tuple(ordered)
    ids = {value: index for index, value in enumerate(classes)}
    return np.array([ids[cell] for cell in cells], np.int64), classes


def _texts(sheet: Sheet, column: str) -> list[list[str]]:
    texts = [words(sheet.text(column, row)) for row in range(len(sheet.lines))]
    for line, text in zip(sheet.lines, texts, strict=True):
        if not text:
            raise UsageError(f"{sheet.path}: line {line}, column {column!r}: no word: expected letters", "drop the row")
    return texts
