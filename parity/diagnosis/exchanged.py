"""A norm and its activation in the other order: one fault, which must not show again in what comes behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parity.diagnosis.alignment import Alignment
from parity.diagnosis.faults import Fault
from parity.matching import ACTIVATIONS
from parity.recording import Event

EXCHANGED = "norm-activation-order"


def behind_exchanged(alignment: Alignment, faults: Iterable[Fault]) -> dict[int, int]:
    """Where the two are done on both sides: the last of them in Torch -> the last of them in Keras, by number."""
    found: dict[int, int] = {}
    for fault in faults:
        k = alignment.keras.index(fault.keras)
        t = alignment.anchors.get(k)
        if t is not None and fault.cause and fault.cause[0] == EXCHANGED:
            found[_activation_behind(alignment.torch, t)] = _activation_behind(alignment.keras, k)
    return found


def _activation_behind(events: Sequence[Event], number: int) -> int:
    """The only operation that takes a value, if it is an activation; else what makes the value."""
    takers = [n for n, event in enumerate(events) if number in event.sources]
    return takers[0] if len(takers) == 1 and events[takers[0]].kind in ACTIVATIONS else number
