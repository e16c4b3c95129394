"""A norm in front of a layer on one side and behind its branch on the other is one fault."""

from __future__ import annotations

import pytest

from parity.compare import Difference
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.faults import Fault
from parity.diagnosis.moved_norms import MOVED, with_moved_norms
from parity.recording import Event


def event(kind, path, *sources):
    return Event(path, kind, kind, (2, 5, 4), {}, path, sources)


NORMED = (event("dense", "a", -1), event("layer_norm", "n", 0), event("gru", "g", 1), event("add", "s", 0, 2))
BARE = (event("dense", "a", -1), event("gru", "g", 0), event("add", "s", 0, 1), event("layer_norm", "n", 2))


@pytest.mark.parametrize(
    ("keras", "torch", "anchors"),
    [(NORMED, BARE, {0: 0, 1: 3, 2: 1}), (BARE, NORMED, {0: 0, 3: 1, 1: 2}), (BARE, BARE, {0: 0, 1: 1, 3: 3})],
)
def test_the_norm_has_the_name_of_the_layer_that_it_feeds_on_either_side(keras, torch, anchors):
    named = {each.path: n for n, each in enumerate(keras)}
    faults = [
        Fault(keras[named["n"]], torch[-1], Difference(1.0), ("branch-missing", 0.0)),
        Fault(keras[named["g"]], torch[1], Difference(1.0), (MOVED, 0.0)),
    ]
    found = with_moved_norms(Alignment(keras, torch, anchors, {}), faults)
    expected = "branch-missing" if keras is torch else MOVED
    assert [fault.cause[0] for fault in found] == [expected, MOVED]
