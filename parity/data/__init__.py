"""Real data without a network: batches for the checks and data sets for training.

Importing this package reads nothing and starts neither NumPy nor scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from parity.data.names import SETS, SOURCES

if TYPE_CHECKING:
    from parity.data.batches import batch
    from parity.data.dataset import DataSet, Part
    from parity.data.loading import load

__all__ = ["SETS", "SOURCES", "DataSet", "Part", "batch", "load"]

_HOMES = {"batch": "batches", "load": "loading", "DataSet": "dataset", "Part": "dataset"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
