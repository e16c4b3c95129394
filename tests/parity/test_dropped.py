"""An activation that only Keras has is looked for at the layer that it stands behind."""

from __future__ import annotations

from dataclasses import replace

from parity.compare import Difference
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.dropped import behind_its_layer
from parity.diagnosis.faults import Fault
from parity.diagnosis.probing import Run
from parity.recording import Event, Probed


def event(kind, *sources, layer=None):
    return Event(layer or kind, kind, kind, (2, 4), {}, layer, sources)


KERAS = (event("dense", -1, layer="a"), event("dense", -1, layer="b"), event("sigmoid", 1), event("multiply", 0, 2))
TORCH = (event("dense", -1, layer="a"), event("dense", -1, layer="b"), event("multiply", 0, 1))
ALIGNED = Alignment(KERAS, TORCH, {0: 0, 1: 1}, {})
FAULT = Fault(KERAS[3], TORCH[2], Difference(1.0))


class Mended:
    """The product is right once ``kind`` is applied behind the Torch operation ``number``."""

    def __init__(self, number, kind):
        self.number, self.kind = number, kind

    def forced(self, pairs):
        return {}

    def operation(self, k):
        return None

    def run(self, probes):
        alter = probes[self.number].alter if self.number in probes else None
        right = alter is not None and alter.options == {"kind": self.kind}
        return Run({2: Probed({3: Difference(0.0 if right else 1.0)})}, {})


def test_the_layer_whose_activation_was_lost_is_the_place():
    found = behind_its_layer(ALIGNED, {3: 2}, Mended(1, "sigmoid"), 3, 2, FAULT)
    assert (found.keras, found.torch) == (KERAS[2], TORCH[1])
    assert found.cause == ("activation-other", 0.0)


def test_an_activation_that_mends_nothing_is_no_cause():
    assert behind_its_layer(ALIGNED, {3: 2}, Mended(1, "tanh"), 3, 2, FAULT) is FAULT


def test_what_has_a_counterpart_was_not_lost():
    assert behind_its_layer(ALIGNED, {2: 1, 3: 2}, Mended(1, "sigmoid"), 3, 2, FAULT) is FAULT


def test_the_layer_is_the_place_of_an_activation_that_was_found_missing_where_values_meet():
    cause = ("activation-other", 0.0)
    found = behind_its_layer(ALIGNED, {3: 2}, Mended(1, "sigmoid"), 3, 2, replace(FAULT, keras=KERAS[2], cause=cause))
    assert (found.keras, found.torch, found.cause) == (KERAS[2], TORCH[1], cause)


def test_what_has_another_cause_is_left_where_it_is():
    other = replace(FAULT, keras=KERAS[2], cause=("branch-missing", 0.0))
    assert behind_its_layer(ALIGNED, {3: 2}, Mended(1, "sigmoid"), 3, 2, other) is other
