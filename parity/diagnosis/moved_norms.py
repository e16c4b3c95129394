"""A norm that stands in front of a layer on one side and behind its branch on the other: one fault in two places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parity.diagnosis.alignment import Alignment
from parity.diagnosis.faults import LAST_RESORT, Fault
from parity.hypotheses.wiring import TRANSFORMER_NORMS

MOVED = "attention-norm-position"
HANDED_ELSE = ("branch-missing", LAST_RESORT)
"""What is said of a norm that is handed something else."""


def with_moved_norms(alignment: Alignment, faults: Sequence[Fault]) -> list[Fault]:
    """The faults, with the name of the layer's in those of the norm that feeds it on either side."""
    moved = {alignment.keras.index(each.keras) for each in faults if each.cause and each.cause[0] == MOVED}
    return [_renamed(alignment, fault, moved) for fault in faults]


def _renamed(alignment: Alignment, fault: Fault, moved: set[int]) -> Fault:
    rule, after = fault.cause or ("", 0.0)
    k = alignment.keras.index(fault.keras)
    norm = fault.keras.kind in TRANSFORMER_NORMS and k in alignment.anchors and rule in HANDED_ELSE
    feeds = norm and any(_feeds(alignment, k, layer) for layer in moved if layer in alignment.anchors)
    return replace(fault, cause=(MOVED, after)) if feeds else fault


def _feeds(alignment: Alignment, norm: int, layer: int) -> bool:
    """The layer is given the value of the norm and nothing else, in Keras or in PyTorch."""
    t = alignment.anchors[layer]
    return alignment.keras[layer].sources == (norm,) or alignment.torch[t].sources == (alignment.anchors[norm],)
