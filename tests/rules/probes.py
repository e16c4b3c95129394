"""Every probe of this folder: files ``probes_<group>.py``, one for each group of the book."""

from __future__ import annotations

import importlib
from pathlib import Path

from probing import PLAIN, PROBES, stock_float64

__all__ = ["PLAIN", "PROBES", "stock_float64"]

for file in sorted(Path(__file__).parent.glob("probes_*.py")):
    importlib.import_module(file.stem)
