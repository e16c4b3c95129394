"""Which layers may be read in another way behind them, and where both directions of a recurrence are one value."""

from __future__ import annotations

import numpy as np
import pytest

from parity.diagnosis.alignment import Alignment
from parity.diagnosis.evidence import straight
from parity.diagnosis.from_the_front import from_the_front
from parity.diagnosis.grouping import (
    angles_exchanged,
    axes_exchanged,
    heads_exchanged,
    pairs_exchanged,
    pairs_turned,
    parts_exchanged,
    terms_turned,
)
from parity.diagnosis.merging import merged
from parity.recording import Event


def event(kind, *sources, shape=(2, 5, 8), layer=None, **attributes):
    return Event(kind, kind, kind, shape, attributes, layer, sources)


def test_halves_of_a_layer_that_is_read_twice_are_exchanged():
    events = [event("dense", -1, layer="up"), event("sigmoid", 0), event("multiply", 0, 1)]
    found = list(parts_exchanged(events, 2, {0}))
    assert [rule for rule, _ in found] == ["split-order"]  # eight features have no thirds
    assert found[0][1][0].alter.options == {"order": (1, 0)}


def test_a_gated_linear_unit_reads_both_halves():
    assert list(parts_exchanged([event("conv1d", -1, layer="up"), event("glu", 0)], 1, {0}))


def test_a_layer_that_is_read_once_has_no_parts():
    assert not list(parts_exchanged([event("dense", -1, layer="up"), event("relu", 0)], 1, {0}))


def test_a_norm_of_one_half_tells_that_the_layer_has_halves():
    def normed(width):
        return [event("dense", -1, layer="up"), event("gelu", 0), event("layer_norm", 1, shape=(2, 5, width))]

    assert [rule for rule, _ in parts_exchanged(normed(4), 2, {0})] == ["split-order"]
    assert not list(parts_exchanged(normed(8), 2, {0}))


def test_a_layer_that_is_given_half_of_another_tells_that_this_has_halves():
    def cut(width):
        wide = event("conv2d", -1, layer="wide")
        return [wide, Event("half", "conv2d", "Conv2d", (2, 5, 4), {}, "half", (0,), given=(2, 5, width))]

    assert [rule for rule, _ in parts_exchanged(cut(4), 1, {0})] == ["split-order"]
    assert not list(parts_exchanged(cut(8), 1, {0}))


def test_the_last_operations_of_both_rotations_turn_otherwise():
    events = [event("dense", -1, layer="query"), event("dense", -1, layer="key")]
    events += [event("multiply", 0), event("add", 2, 0), event("add", 1), event("attention", 3, 4)]
    query, key = (np.zeros(1), np.ones(1)), (np.ones(1), np.zeros(1))
    ((rule, altered),) = angles_exchanged(events, 5, {0, 1}, {0: query, 1: key})
    assert (rule, sorted(altered)) == ("position-table", [3, 4])
    assert altered[4].alter.options == {"given": key[0], "value": key[1]}
    assert not list(angles_exchanged(events, 5, {0, 1}, {}))


def test_the_end_of_one_rotation_is_paired_otherwise_in_front_of_it_and_back_behind():
    heads = (2, 4, 5, 2)
    events = [event("dense", -1, layer="query"), event("multiply", 0, shape=heads), event("neg", 0, shape=heads)]
    events += [event("multiply", 2, shape=heads), event("add", 1, 3, shape=heads)]
    ways = list(pairs_turned(events, 4, {0}))
    assert [(rule, sorted(altered)) for rule, altered in ways] == [("rotary-pairs", [0, 4])] * 2
    ((_, altered), _) = ways
    assert [altered[n].alter.options["inverse"] for n in (0, 4)] == [False, True]
    assert [altered[n].alter.options["share"] for n in (0, 4)] == [8, 2]
    assert not list(pairs_turned(events, 3, {0}))  # a product is no end of one


def test_an_operation_on_another_layer_is_no_counterpart():
    keras = [event("dense", -1, layer="q"), event("dense", -1, layer="k"), event("multiply", 1), event("add", 0)]
    torch = [*keras[:2], event("multiply", 0), event("add", 0)]
    assert Alignment(keras, torch, {0: 0, 1: 1}, {}).aligned([2, 3], [2, 3]) == {3: 3}


def test_a_sum_that_has_a_counterpart_is_no_term_of_another():
    """x + f() on the one side, a table that x is added to on the other."""
    keras = [event("dense", -1, layer="x"), event("sines", 0), event("add", 0, 1), event("dense", 2, layer="y")]
    keras += [event("add", 2, 3), event("dense", 4, layer="z")]
    torch = [event("dense", -1, layer="x"), event("add", 0), event("dense", 1, layer="y"), event("add", 1, 2)]
    torch += [event("dense", 3, layer="z")]
    alignment = Alignment(keras, torch, {0: 0, 3: 2, 5: 4}, {2: [1], 4: [3]})
    assert alignment.between([3, 5], {}) == {2: 1, 4: 3}


def test_a_mask_of_values_is_no_mask_of_scores():
    keras = [event("dense", -1, layer="v"), event("einsum", 0), event("where", 1, shape=(2, 5, 4, 3))]
    torch = [event("dense", -1, layer="v"), event("masked_fill", 0, shape=(2, 4, 5, 5)), event("einsum", 1)]
    assert Alignment(keras, torch, {0: 0}, {}).aligned([1, 2], [1, 2]) == {1: 2}
    scores = [*keras[:2], event("where", 1, shape=(2, 2, 5, 5))]
    assert Alignment(scores, torch, {0: 0}, {}).aligned([2], [1]) == {2: 1}


def squash(*ends):
    """The sum of squares, what it is added to twice, and how the last product is made."""
    length = (2, 5, 1)
    events = [event("dense", -1, layer="d"), event("square", 0), event("sum", 1, shape=length)]
    return [*events, event("add", 2, shape=length), event("add", 2, shape=length), *ends]


def test_what_does_the_same_with_the_same_values_is_paired_whatever_is_done_last():
    keras = squash(event("divide", 2, 3, shape=(2, 5, 1)), event("multiply", 0, 5))
    torch = squash(event("divide", 0, 4), event("multiply", 5, 3))
    torch[1] = event("pow", 0)
    pairs = from_the_front(keras, torch, range(1, 7), range(1, 7), {0: 0})
    assert pairs == {1: 1, 2: 2, 3: 3, 4: 4}


def test_what_is_fed_otherwise_is_not_paired_from_the_front():
    keras = [event("dense", -1, layer="d"), event("relu", 0), event("tanh", 1)]
    torch = [event("dense", -1, layer="d"), event("tanh", 0)]
    assert from_the_front(keras, torch, [1, 2], [1], {0: 0}) == {}


@pytest.mark.parametrize("last", ["multiply", "divide"])
def test_the_last_of_several_factors_is_the_counterpart_of_the_last(last):
    keras = [event("dense", -1, layer="d"), event("multiply", 0, 0), event("divide", 1, 0)]
    torch = [event("dense", -1, layer="d"), event("divide", 0, 0), event(last, 1, 0)]
    assert Alignment(keras, torch, {0: 0}, {}).aligned([2], [1, 2]) == {2: 2}


def test_functions_behind_layers_of_branches_that_run_in_another_order():
    layers = [event("conv1d", -1, layer=name) for name in "abc"]
    keras = [*layers, event("relu", 0), event("relu", 1), event("relu", 2)]
    torch = [layers[0], event("abs", 0), layers[1], event("abs", 2), layers[2], event("abs", 4)]
    alignment = Alignment(keras, torch, {0: 0, 1: 2, 2: 4}, {3: [1], 4: [3], 5: [5]})
    assert alignment.aligned([3, 4, 5], [1, 3, 5]) == {3: 1, 4: 3, 5: 5}


def conv_and(kind, steps, length):
    first = event("conv1d", -1, layer="c", shape=(2, steps, 8))
    return [first, event(kind, 0, shape=(2, length, 8))]


@pytest.mark.parametrize(("kind", "length", "found"), [("relu", 5, {0}), ("relu", 7, set()), ("max_pool", 5, set())])
def test_a_convolution_is_cut_where_what_reads_it_is_as_long_as_that_of_keras(kind, length, found):
    alignment = Alignment(conv_and("relu", 5, 5), conv_and(kind, 7, length), {0: 0}, {})
    assert alignment.cropped() == found


def test_a_concatenation_of_one_branch_stands_for_nothing():
    keras = [event("dense", -1, layer="stem"), event("max_pool", 0)]
    torch = [*keras, event("concatenate", 1)]
    assert Alignment(keras, torch, {0: 0}, {}).aligned([1], [1, 2]) == {1: 1}


def test_of_two_sums_the_term_that_no_other_is_equal_to_is_left():
    wide = [event("dense", -1, layer=name) for name in "ab"]
    keras = [*wide, event("lambda", 0), event("add", 0, 1, 2)]
    torch = [*wide, event("sum", 0), event("add", 2, 1), event("add", 0, 3)]
    alignment = Alignment(keras, torch, {0: 0, 1: 1}, {})
    assert alignment.between([], {}, behind=True) == {3: 4, 2: 2}


def test_a_rotary_embedding_turns_queries_and_keys():
    def rotated(first):
        return [
            event("dense", -1, layer=f"layer{first}"),
            event("multiply", first, shape=(2, 5, 4)),
            event("subtract", first + 1, shape=(2, 5, 4)),
            event("stack", first + 1, first + 2, shape=(2, 5, 4, 2)),
        ]

    events = [*rotated(0), *rotated(4), event("matmul", 3, 7, shape=(2, 5, 5))]
    found = list(pairs_exchanged(events, 8, {0, 4}))
    assert [sorted(altered) for _, altered in found] == [[0, 4], [0, 4]]
    assert found[0][1][0].alter.options == {"head": 8, "share": 8, "inverse": False}


def test_without_a_difference_of_features_nothing_turns():
    events = [event("dense", -1, layer="a"), event("stack", 0), event("matmul", 1)]
    assert not list(pairs_exchanged(events, 2, {0}))


def test_a_bidirectional_layer_that_merges_ends_behind_the_sum_and_its_factor():
    keras = [event("lstm", -1, shape=(2, 5, 4), layer="rnn", bidirectional=True)]
    torch = [event("lstm", -1, layer="rnn"), event("add", 0, shape=(2, 5, 4)), event("divide", 1, shape=(2, 5, 4))]
    assert merged(Alignment(keras, torch, {0: 0}, {})).anchors == {0: 2}
    assert merged(Alignment(keras, torch[:2], {0: 0}, {})).anchors == {0: 1}


def test_a_bidirectional_layer_that_joins_its_directions_stays_where_it_is():
    keras = [event("lstm", -1, layer="rnn", bidirectional=True)]
    torch = [event("lstm", -1, layer="rnn"), event("add", 0)]
    assert merged(Alignment(keras, torch, {0: 0}, {})).anchors == {0: 0}


def test_only_what_moves_or_scales_the_inputs_stands_straight_behind_them():
    events = [event("rescaling", -1), event("conv2d", 0), event("multiply", 1), event("dense", 2)]
    assert [straight(events, number) for number in range(4)] == [True, True, False, False]


def test_of_many_parts_two_change_places_or_all_move_on():
    readers = [event("multiply", 0) for _ in range(6)]
    events = [event("dense", -1, shape=(2, 5, 12), layer="up"), *readers, event("add", 1, 2)]
    orders = [altered[0].alter.options["order"] for _, altered in parts_exchanged(events, 7, {0})]
    assert {(1, 0, 2, 3, 4, 5), (3, 1, 2, 0, 4, 5), (1, 2, 3, 4, 5, 0)} <= set(orders)
    assert all(sorted(order) == list(range(len(order))) for order in orders)


def test_key_heads_are_shared_otherwise_in_every_product_at_once():
    events = [event("dense", -1, layer="q"), event("matmul", 0, shape=(2, 4, 5, 5)), event("softmax", 1)]
    events += [event("matmul", 2, shape=(2, 4, 5, 3)), event("dense", 3, layer="out")]
    ((rule, altered),) = heads_exchanged(events, 4, {0, 4})
    assert rule == "attention-grouped-heads"
    assert {number: probe.alter.options for number, probe in altered.items()} == {1: {"shared": 2}, 3: {"shared": 2}}


@pytest.mark.parametrize("kind", ["tanh", "softmax"])
def test_an_activation_of_one_half_of_a_sum_tells_that_the_sum_has_halves(kind):
    def gated(width):
        return [
            event("conv1d", -1, layer="signal"),
            event("conv1d", -2, layer="condition"),
            event("add", 0, 1),
            event(kind, 2, shape=(2, 5, width)),
        ]

    assert [list(altered) for _, altered in parts_exchanged(gated(4), 3, {0, 1})] == [[0], [1], [2]]
    assert not list(parts_exchanged(gated(8), 3, {0, 1}))


def test_layers_that_are_joined_are_cut_alike():
    def parts(*widths):
        events = [event("conv2d", -1, shape=(2, 4, 4, width), layer=f"head{n}") for n, width in enumerate(widths)]
        events.append(event("concatenate", 0, 1, shape=(2, 80, 4)))
        ways = [altered for _, altered in axes_exchanged(events, 2, {0, 1}) if len(altered) == 2]
        return [[probe.alter.options["parts"] for probe in altered.values()] for altered in ways]

    assert parts(8, 12) == [[2, 2], [4, 6], [4, 4], [2, 3]]
    assert parts(4, 4) == [[2, 2], [2, 2]]  # parts of one feature change nothing


def test_all_sums_in_front_are_turned_together():
    events = [event("dense", -1, layer="q"), event("add", 0), event("multiply", 1), event("add", 2, 0)]
    events.append(event("softmax", 3))
    assert [(rule, sorted(altered)) for rule, altered in terms_turned(events, 4, {0})] == [("permute-axes", [1, 3])] * 2
    assert not list(terms_turned([event("dense", -1, layer="q"), event("softmax", 0)], 1, {0}))


def test_a_norm_by_hand_stands_for_one_that_is_an_operation():
    hand = [event("dense", -1, layer="a"), event("multiply", 0), event("square", 1), event("mean", 2), event("add", 3)]
    hand += [event("rsqrt", 4), event("multiply", 1, 5), event("multiply", 6)]
    whole = [event("dense", -1, layer="a"), event("add", 0), event("multiply", 1), event("rms_norm", 2)]
    whole.append(event("multiply", 3))
    pairs = Alignment(hand, whole, {0: 0}, {}).aligned(range(1, 8), range(1, 5))
    assert pairs == {7: 4, 6: 3, 1: 2}


def test_heads_that_are_cut_further_on_one_side_are_the_last_operation():
    keras = [event("dense", -1, layer="q"), event("einsum", 0), event("where", 1, shape=(2, 5, 4, 3))]
    torch = [event("dense", -1, layer="q"), event("divide", 0, shape=(2, 5, 4, 3)), event("softmax", 1)]
    torch.append(event("einsum", 2, shape=(2, 5, 2, 2, 3)))
    assert Alignment(keras, torch, {0: 0}, {}).aligned([2], [1, 2, 3]) == {2: 3}
