"""Which orders of a layer's features are tried where the other side cuts it into parts and heads otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from parity.diagnosis.cuts import equal_parts, shared_parts, unlike
from parity.diagnosis.grouping import cut_otherwise
from parity.recording import Event

FEATURES = np.arange(24)
"""Three parts of two heads of four features, or three heads of queries beside one of keys and one of values."""


def event(kind, *sources, shape=(2, 5, 8), layer=None):
    return Event(kind, kind, kind, shape, {}, layer, sources)


def packed(width, *others):
    """A layer that an attention of two heads of four features takes as queries, keys and values."""
    layers = [event("dense", -1, shape=(2, 5, size), layer=f"layer{size}") for size in (width, *others)]
    return [*layers, event("attention", *range(len(layers)), shape=(2, 2, 5, 4))]


def tried(events):
    anchors = {number for number, each in enumerate(events) if each.layer}
    found = list(cut_otherwise(events, len(events) - 1, anchors))
    assert {rule for rule, _ in found} <= {"split-order"}
    return [(layer, probe.alter.options["index"]) for _, altered in found for layer, probe in altered.items()]


def among(wanted, indices):
    return any(np.array_equal(wanted, index) for index in indices)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_parts_of_heads_and_heads_of_parts(order):
    held = FEATURES.reshape(3, 2, 4)
    read = held[list(order)].swapaxes(0, 1).ravel()  # where one looks for the parts of a head in this order
    indices = list(equal_parts(24, 3, 2))
    assert among(read, indices)
    assert among(np.argsort(read), indices)


def test_parts_may_lie_next_to_each_other_in_the_other_order():
    assert among([1, 3, 5, 0, 2, 4], equal_parts(6, 2, 1))
    assert among([3, 0, 4, 1, 5, 2], equal_parts(6, 2, 1))


def test_every_index_is_another_order_of_all_features_and_comes_once():
    indices = list(unlike(equal_parts(24, 3, 2)))
    assert all(sorted(index) == FEATURES.tolist() and list(index) != FEATURES.tolist() for index in indices)
    assert len({index.tobytes() for index in indices}) == len(indices)


def test_queries_may_have_more_heads_than_keys_and_values():
    keys_first = [*range(16, 20), *range(16), *range(20, 24)]
    assert among(np.argsort(keys_first), shared_parts(24, 4, 1))
    by_group = [*range(6), 12, 13, 14, 18, 19, 20, *range(6, 12), 15, 16, 17, 21, 22, 23]
    assert among(by_group, shared_parts(24, 4, 2))


@pytest.mark.parametrize(("width", "heads", "shared"), [(25, 4, 1), (20, 3, 2)])
def test_what_has_no_such_heads_is_not_cut(width, heads, shared):
    assert not list(shared_parts(width, heads, shared))


def test_queries_keys_and_values_of_one_layer_are_cut_by_head():
    wanted = FEATURES.reshape(3, 2, 4).swapaxes(0, 1).ravel()
    assert among(wanted, [index for _, index in tried(packed(24))])


def test_beside_a_layer_of_queries_the_other_one_holds_two_parts():
    wanted = np.arange(16).reshape(2, 2, 4).swapaxes(0, 1).ravel()
    found = tried(packed(16, 8))
    assert {layer for layer, _ in found} == {0}
    assert among(wanted, [index for _, index in found])


def test_layers_of_queries_keys_and_values_hold_no_parts():
    assert not tried(packed(8, 8, 8))


def test_halves_that_a_gate_reads_may_lie_next_to_each_other():
    events = [event("dense", -1, layer="up"), event("silu", 0), event("multiply", 0, 1)]
    assert among([1, 3, 5, 7, 0, 2, 4, 6], [index for _, index in tried(events)])


def test_a_norm_of_heads_is_given_a_part():
    events = [event("dense", -1, shape=(2, 5, 24), layer="qkv"), event("layer_norm", 0, shape=(2, 2, 5, 4))]
    assert among(FEATURES.reshape(3, 2, 4).swapaxes(0, 1).ravel(), [index for _, index in tried(events)])


def test_a_layer_that_is_read_as_it_is_has_no_parts():
    assert not tried([event("dense", -1, layer="up"), event("relu", 0)])
