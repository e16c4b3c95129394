"""Where a layer of Keras ends in PyTorch: both directions of a recurrence are joined behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parity.diagnosis.alignment import Alignment
from parity.hypotheses import FACTORS
from parity.recording import Event


def merged(alignment: Alignment) -> Alignment:
    """A bidirectional layer that adds or averages its directions stands where PyTorch has done so too."""
    moved = {k: _joined(alignment.torch, t, alignment.keras[k]) for k, t in alignment.anchors.items()}
    return replace(alignment, anchors=moved)


def _joined(events: Sequence[Event], t: int, keras: Event) -> int:
    """The operation that gives one value for both directions; ``t`` where they stay side by side."""
    halved = 2 * keras.shape[-1] == events[t].shape[-1]
    if not keras.attributes.get("bidirectional") or not halved:
        return t
    found = next((n for n, event in enumerate(events) if event.sources == (t,) and event.shape == keras.shape), t)
    return found if found == t else _scaled(events, found)


def _scaled(events: Sequence[Event], number: int) -> int:
    """The last of the factors behind an operation."""
    behind = [n for n, event in enumerate(events) if event.sources == (number,) and event.kind in FACTORS]
    return _scaled(events, behind[0]) if behind else number
