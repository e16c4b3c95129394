"""A report costs nothing until it is shown."""

from __future__ import annotations

import subprocess
import sys

FRAMEWORKS = {"keras", "tensorflow", "torch", "jax", "onnx", "onnxruntime"}


def loaded(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after ``statement``."""
    code = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_verdicts_load_neither_rich_nor_jinja():
    assert not loaded("import parity, parity.verdicts") & {"rich", "jinja2", *FRAMEWORKS}


def test_reports_load_no_framework():
    modules = loaded("import parity.report.text, parity.report.html, parity.report.jsonfile")
    assert not modules & FRAMEWORKS
    assert {"rich", "jinja2"} <= modules  # else the test above proves nothing
