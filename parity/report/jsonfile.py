"""A report as JSON, in the public schema ``parity.report/1``."""

from __future__ import annotations

import json
import os

from parity import atomic
from parity.verdicts import Report


def text(report: Report) -> str:
    """The JSON text; ASCII, so that every reader takes it."""
    return json.dumps(report.to_json(), indent=2, allow_nan=False) + "\n"


def write_json(report: Report, path: str | os.PathLike[str]) -> None:
    """Write ``text(report)``.

    Raises:
        EnvironmentProblem: the file cannot be written; what was there before is still there.
    """
    atomic.write_text(path, text(report))
