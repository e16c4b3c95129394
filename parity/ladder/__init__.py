"""The ladder: one rung per file, in the order in which a pair climbs it.

A rung module has ``QUESTION`` (what it answers) and ``climb(pair) -> RungResult``.
"""

from __future__ import annotations

import importlib
from types import ModuleType

RUNGS: tuple[str, ...] = (
    "structure",
    "parameters",
    "transfer",
    "activations",
    "outputs",
    "gradients",
    "step",
    "trajectory",
    "onnx",
)
_FILES = {"onnx": "onnx_files"}


def rung(name: str) -> ModuleType:
    """The module of one rung; imported on first use."""
    return importlib.import_module(f"parity.ladder.{_FILES.get(name, name)}")
