"""Which factors are those of the scores of an attention."""

from __future__ import annotations

import math

import pytest

from parity.compare import Difference
from parity.diagnosis import Fault
from parity.diagnosis.scores import named_by_scores
from parity.recording import Event


def event(kind, *sources):
    return Event(kind, kind, kind, (2, 4), {}, None, sources)


def named(events, place, rule="scale-other"):
    fault = Fault(event("dense", -1), events[place], Difference(math.inf), (rule, 0.0))
    return named_by_scores(fault, [fault.keras], events).cause


QUERIES = [event("dense", -1), event("multiply", 0), event("dense", -1), event("einsum", 1, 2)]
SHARED = [*QUERIES, event("divide", 3), event("where", 4), event("softmax", 5), event("dropout", 6)]
ATTENTION = [*SHARED, event("multiply", 2), event("matmul", 7, 8), event("multiply", 9)]


@pytest.mark.parametrize("place", [1, 3, 4])
def test_a_factor_of_queries_or_scores_is_the_scale_of_an_attention(place):
    assert named(ATTENTION, place) == ("attention-scale", 0.0)
    assert named(ATTENTION, place, "wiring-other") == ("wiring-other", 0.0)


@pytest.mark.parametrize("place", [8, 9, 10])
def test_a_factor_of_values_or_of_what_is_attended_to_is_none(place):
    assert named(ATTENTION, place) == ("scale-other", 0.0)


def test_a_factor_that_more_than_the_scores_take_is_none():
    assert named([*ATTENTION, event("add", 1, 10)], 1) == ("scale-other", 0.0)


@pytest.mark.parametrize("last", [(), (event("dense", 3),)])
def test_a_softmax_that_weights_nothing_makes_no_scores(last):
    events = [event("dense", -1), event("matmul", 0, 0), event("multiply", 1), event("softmax", 2), *last]
    assert named(events, 2) == ("scale-other", 0.0)


def test_a_product_with_a_stored_matrix_makes_no_scores():
    events = [event("dense", -1), event("matmul", 0), event("multiply", 1), event("softmax", 2), event("matmul", 3, 0)]
    assert named(events, 2) == ("scale-other", 0.0)


@pytest.mark.parametrize(("shape", "rule"), [((2, 5, 5), "attention-scale"), ((2, 5, 4), "scale-other")])
def test_queries_and_keys_may_be_parts_of_one_layer(shape, rule):
    scores = Event("matmul", "matmul", "matmul", shape, {}, None, (0,))
    events = [event("dense", -1), scores, event("multiply", 1), event("softmax", 2), event("matmul", 0, 3)]
    assert named(events, 2) == (rule, 0.0)


def test_a_square_product_with_a_stored_matrix_makes_no_scores():
    scores = Event("matmul", "matmul", "matmul", (2, 5, 5), {"tensors": ("weight",)}, None, (0,))
    events = [event("dense", -1), scores, event("multiply", 1), event("softmax", 2), event("matmul", 0, 3)]
    assert named(events, 2) == ("scale-other", 0.0)


def test_a_factor_beside_the_cap_of_the_scores_is_none_of_their_scale():
    capped = [event("dense", -1), event("dense", -1), event("matmul", 0, 1), event("divide", 2), event("tanh", 3)]
    capped += [event("multiply", 4), event("softmax", 5), event("matmul", 6, 1)]
    for place in (3, 5):
        assert named(capped, place, "attention-scale") == named(capped, place) == ("scale-other", 0.0)
