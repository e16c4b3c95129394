"""A report as one page without scripts or anything from outside, and as a fragment for notebooks."""

from __future__ import annotations

import hashlib
import json
import numbers
import os
from collections.abc import Mapping, Set
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from parity import atomic
from parity.report import chart, formatting
from parity.report.formatting import clean, line
from parity.verdicts import Report, Verdict

Node = tuple[str, Any]


def page(report: Report) -> str:
    """The whole page."""
    return _template().render(_content(report), whole=True)


def fragment(report: Report) -> str:
    """The same without ``<html>``: what a notebook shows."""
    return _template().render(_content(report), whole=False)


def write_html(report: Report, path: str | os.PathLike[str]) -> None:
    """Write ``page(report)``.

    Raises:
        EnvironmentProblem: the file cannot be written; what was there before is still there.
    """
    atomic.write_text(path, page(report))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("parity.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "line": line,
        "clean": clean,
        "short": formatting.short,
        "element": formatting.element,
        "number": formatting.value,
        "seconds": formatting.seconds,
    }
    return environment.get_template("template.html.j2")


def _content(report: Report) -> dict[str, Any]:
    columns = formatting.columns(report)
    return {
        "report": report,
        "Verdict": Verdict,
        "marks": formatting.MARKS,
        "words": formatting.WORDS,
        "verdict_line": formatting.verdict_line(report),
        "subject": formatting.subject(report),
        "columns": columns,
        "cells": [
            [next((rung for rung in pair.rungs if rung.rung == name), None) for name in columns]
            for pair in report.pairs
        ],
        "figure_and_bound": formatting.figure_and_bound,
        "against": formatting.against,
        "grouped": formatting.grouped,
        "fixes": formatting.fixes,
        "change": formatting.change,
        "duration": formatting.duration,
        "chart": chart.chart(report),
        "geometry": chart,
        "tree": _tree,
        "key": _key(report),
    }


def _key(report: Report) -> str:
    """Keeps the anchors of two reports in one notebook apart."""
    text = json.dumps([report.command, report.seed, [pair.name for pair in report.pairs]])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _tree(value: Any) -> Node:
    """What the template shows of a rung's details: ``(form, content)``."""
    if value is None or (isinstance(value, Mapping | Set | list | tuple) and not value):
        return "text", "none"
    if isinstance(value, Mapping):
        return "table", [(line(str(key).replace("_", " ")), _tree(item)) for key, item in value.items()]
    if isinstance(value, Set):
        return "list", [_tree(item) for item in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return "list", [_tree(item) for item in value]
    if isinstance(value, bool):
        return "text", "yes" if value else "no"
    if isinstance(value, numbers.Integral):
        return "text", f"{int(value):,}"
    if isinstance(value, numbers.Real):
        return "text", formatting.short(float(value), 4)
    return ("trace" if "\n" in str(value).strip() else "text"), clean(str(value).strip())
