"""Are a Keras model and a PyTorch model the same network? If not, where and why?

Importing this package starts no framework. What it offers is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parity.checking import assert_parity, check
    from parity.errors import ParityError, UsageError
    from parity.transferring import load_weights, transfer
    from parity.verdicts import Report

__version__ = "0.1.0"
__all__ = ["ParityError", "Report", "UsageError", "assert_parity", "check", "load_weights", "transfer"]

_HOMES = {
    "assert_parity": "parity.checking",
    "check": "parity.checking",
    "ParityError": "parity.errors",
    "UsageError": "parity.errors",
    "Report": "parity.verdicts",
    "load_weights": "parity.transferring",
    "transfer": "parity.transferring",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'parity' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
