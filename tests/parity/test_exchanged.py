"""A norm and its activation in the other order: where both sides have done both."""

from __future__ import annotations

import pytest

from parity.compare import Difference
from parity.diagnosis import Fault
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.exchanged import behind_exchanged
from parity.recording import Event


def events(*kinds):
    return tuple(Event(f"{kind}{n}", kind, kind, (2, 4), {}, kind, (n - 1,)) for n, kind in enumerate(kinds))


RELU_FIRST = events("dense", "relu", "batch_norm", "dense")
NORM_FIRST = events("dense", "batch_norm", "relu", "dense")


@pytest.mark.parametrize(
    ("keras", "torch", "norms", "last"),
    [(RELU_FIRST, NORM_FIRST, (2, 1), {2: 2}), (NORM_FIRST, RELU_FIRST, (1, 2), {2: 2})],
    ids=["torch activates behind", "keras activates behind"],
)
def test_what_comes_behind_goes_on_with_both(keras, torch, norms, last):
    alignment = Alignment(keras, torch, {0: 0, norms[0]: norms[1], 3: 3}, {})
    found = Fault(keras[norms[0]], torch[norms[1]], Difference(1.0), ("norm-activation-order", 0.0))
    assert behind_exchanged(alignment, [found]) == last
    assert not behind_exchanged(alignment, [Fault(found.keras, found.torch, found.found, ("norm-epsilon", 0.0))])
