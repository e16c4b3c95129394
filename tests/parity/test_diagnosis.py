"""The parts of a diagnosis, each alone: operations are aligned, runs compared, causes named."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from parity.compare import Difference
from parity.diagnosis import Diagnosis, Fault
from parity.diagnosis.alignment import Alignment, _common_module, above, tail
from parity.diagnosis.at_end import AtEnd
from parity.diagnosis.evidence import Evidence
from parity.diagnosis.in_front import InFront
from parity.diagnosis.known import best_trial
from parity.diagnosis.naming import Naming
from parity.diagnosis.probing import Probing, Run
from parity.diagnosis.search import _Search
from parity.hypotheses import RESULT_TURNED
from parity.matching import Match
from parity.recording import NO_FAULT, Event, Mover, Probe, Probed, Trace, Trial


def event(kind, *sources, layer=None, shape=(2, 4), **attributes):
    return Event(layer or kind, kind, kind, shape, attributes, layer, sources)


#            0                              1                2                               3
KERAS = (event("dense", -1, layer="a"), event("relu", 0), event("dense", 1, layer="b"), event("softmax", 2))
TORCH = (event("dense", -1, layer="a"), event("tanh", 0), event("dense", 1, layer="b"), event("softmax", 2))
MOVED = ((1, KERAS, "unfold"), (2, TORCH, "net.view"))
LONGER = (*TORCH[:2], event("gelu", 1), event("dense", 2, layer="b"), event("softmax", 3))


def test_above_a_layer_are_the_operations_up_to_the_layers_that_feed_it():
    assert above(KERAS, 2, {0, 2}) == {1}
    assert above(KERAS, 3, {0}) == {1, 2}


def test_the_tail_feeds_no_layer():
    assert tail(KERAS, {0, 2}) == {3}
    assert tail(KERAS, set()) == {0, 1, 2, 3}


def test_unlike_activations_in_one_place_stand_for_each_other():
    aligned = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    assert aligned.between([2], {}) == {1: 1}
    assert aligned.between([2], {}, behind=True) == {1: 1, 3: 3}


def test_the_depthwise_half_of_a_separable_convolution_stands_for_nothing():
    keras = (event("add", -1), event("relu", 0), event("separable_conv2d", 1, layer="c"))
    halves = (event("conv2d", 1, layer="c.depthwise"), event("conv2d", 2, layer="c.pointwise"))
    match = Match({"c": "c.pointwise"}, {}, {}, split={"c": "c.depthwise"})
    assert Alignment.of(keras, (*keras[:2], *halves), match).between([2], {}) == {0: 0, 1: 1}


@pytest.mark.parametrize(("width", "found"), [(1, {}), (0, {0: 0})])
def test_a_padding_for_a_layer_that_pads_itself_has_no_counterpart(width, found):
    keras = (event("zero_padding", -1), event("conv1d", 0, layer="c"))
    torch = (event("zero_padding", -1), event("conv1d", -1, layer="c", padding=((width, width),)))
    assert Alignment(keras, torch, {1: 1}, {}).aligned([0], [0]) == found


def test_outputs_made_in_another_order_are_told_by_the_layers_that_feed_them():
    layers = [event("dense", -1, layer=name) for name in "abcd"]
    keras = (*layers, event("concatenate", 0, 1), event("softmax", 4), event("concatenate", 2, 3))
    torch = (*layers[2:], *layers[:2], *(event("concatenate", n, n + 1, shape=(8,)) for n in (0, 2)), event("relu", 5))
    assert Alignment(keras, torch, {0: 2, 1: 3, 2: 0, 3: 1}, {}).between([], {}, behind=True) == {4: 5, 5: 6, 6: 4}


def test_a_layer_with_several_outputs_stands_where_the_first_of_them_is_made():
    keras = Trace((event("dense", -1, layer="a"), event("distances", 0)), {}, {}, ends={"one": (1,), "two": (1,)})
    torch = (event("dense", -1, layer="a"), event("distance", 0), event("distance", 0))
    for first, second in ((1, 2), (2, 1)):
        run = Trace(torch, {}, {}, ends={"one": (first,), "two": (second,)})
        aligned = Alignment.of_runs(keras, run, Match({"a": "a"}, {}, {}))
        assert aligned.between([0], {}, behind=True) == {1: first}


def own_layers(last, *modules):
    """Two layers of the user's own in front of a dense one, ``last`` in PyTorch, with their tensors in ``modules``."""

    def function(path, source):
        return Event(path, path.rpartition(".")[2], "", (2, 4), {}, None, (source,))

    keras = [event("conv", -1, layer="own0"), event("relu", 0), event("conv", 1, layer="own1")]
    torch = [function(path, number - 1) for number, path in enumerate(("a.matmul", "relu", "b.bmm", "b.add"))]
    match = Match({"last": last}, {f"own{n}/kernel": f"{path}/weight" for n, path in enumerate(modules)}, {})
    return Alignment.of([*keras, event("dense", 2, layer="last")], [*torch, event("dense", 3, layer=last)], match)


def test_a_layer_of_ones_own_stands_where_the_module_with_its_tensors_ends():
    assert own_layers("last", "a", "b").between([3], {}) == {0: 0, 1: 1, 2: 3}


def test_a_module_that_holds_other_layers_too_does_not_tell_where_a_layer_ends():
    assert own_layers("last", "a", "b").inside == {0: [0], 2: [2, 3]}
    assert own_layers("a.dense", "a", "b").inside == {2: [2, 3]}
    assert own_layers("last", "b", "b").inside == {}


@pytest.mark.parametrize(
    ("paths", "module"),
    [({"block.q", "block.k"}, "block"), ({"net.0.a", "net.0.b.c"}, "net.0"), ({"q", "k"}, ""), ({"one"}, "one")],
)
def test_parts_of_a_layer_stand_in_the_module_that_holds_them_all(paths, module):
    assert _common_module(paths) == module


def test_a_leaky_rectifier_by_hand_stands_where_its_maximum_does():
    keras = (event("add", -1), event("multiply", 0), event("maximum", 0, 1), event("softmax", 2))
    torch = (event("add", -1), event("leaky_relu", 0), event("softmax", 1))
    options = {0: [0, 1], 1: [0, 1], 2: [0, 1], 3: [2]}
    assert Alignment(keras, torch, {}, options).aligned(range(4), range(3)) == {0: 0, 2: 1, 3: 2}


def attention(pair, partners, *rivals):
    """What is said of weights that stand the wrong way in a product with values."""
    keras = (*(event("dense", -1, layer=name) for name in "qkv"), event("matmul", 0, 1), event("softmax", 3))
    torch = (*keras[:3], event("bmm", 0, 1), event("softmax", 3), event("bmm", 2, 4))
    keras += (event("matmul", 2, 4),)
    pair.match = Match({name: name for name in "qkv"}, {}, {}, rivals=rivals)
    aligned = Alignment(keras, torch, {0: 0, 1: 1, 2: 2}, {})
    naming = Naming(aligned, partners, {}, None, Evidence(pair, Trace(keras, {}, {}), aligned, {}, False, {}))
    named = naming.named(5, 5, Fault(keras[5], torch[5], Difference(1.0), ("softmax-axis", 0.0)))
    return named.cause[0], keras.index(named.keras), torch.index(named.torch)


def test_weights_that_stand_the_wrong_way_were_made_so_unless_their_scores_are_those_of_the_other_side(pair):
    assert attention(pair, {}) == ("softmax-axis", 4, 4)
    assert attention(pair, {3: 3, 4: 4}) == ("permute-axes", 5, 5)
    assert attention(pair, {3: 3, 4: 4}, ("q", "k")) == ("softmax-axis", 4, 4)


def test_scores_that_only_are_stored_otherwise_are_no_fault():
    torch = (event("bmm", -1), event("softmax", 0), event("bmm", 1))
    search = object.__new__(_Search)
    search.alignment = Alignment(torch, torch, {}, {})
    exchanged = Fault(torch[0], torch[0], Difference(1.0), ("wiring-other", 0.0), by=RESULT_TURNED)
    softmax = Fault(torch[1], torch[1], Difference(1.0), ("softmax-axis", 0.0))
    assert search._without_stored_otherwise([exchanged, softmax]) == [softmax]
    assert search._without_stored_otherwise([exchanged]) == [exchanged]


def test_a_trial_that_shows_no_fault_leaves_no_difference(pair):
    aligned = Alignment(KERAS, TORCH, {}, {})
    naming = Naming(aligned, {}, {}, None, Evidence(pair, Trace(KERAS, {}, {}), aligned, {}, False, {}))
    tried = [Trial(NO_FAULT, "hidden alike"), Trial("scale-other", "scaled to")]
    for figures, left in (((0.0, 0.0), 0.0), ((math.inf, math.inf), 1.0)):
        run = Run({1: Probed({1: Difference(1.0)}, figures)}, {})
        assert naming.fault(1, 1, run, tried).found.figure == left


def test_what_is_known_to_be_equal_is_not_at_fault():
    aligned = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    assert aligned.between([2], {1: 1}) == {}


def test_of_two_activations_the_last_stands_for_the_one():
    assert Alignment(KERAS, LONGER, {0: 0, 2: 3}, {}).between([2], {}) == {1: 2}


def test_what_did_not_run_is_infinitely_far_away():
    run = Run({1: Probed({0: Difference(0.5)})}, {})
    assert run.figure(0, 1) == 0.5
    assert run.figure(0, 2) == run.figure(3, 1) == math.inf


def test_an_output_that_torch_lacks_has_parted():
    probing = Probing(None, Trace(KERAS, {}, {"y": np.ones(2), "z": np.ones(2)}), {}, training=False)
    run = Run({}, {"z": np.ones(2)})
    assert probing.parted(run, ["y", "z"]) == ["y"]
    assert probing.output(run, "y").reason == "torch has no output 'y'"


def test_the_first_trial_that_brings_the_value_back_is_the_cause():
    tried = [Trial(rule, "apply") for rule in ("norm-epsilon", "no rule of the book", "gelu-form", "leaky-slope")]
    assert best_trial(tried, (1e-3, 0.0, 1e-12, 0.0), before=1e-2) == (tried[2], 1e-12)


def test_a_trial_must_take_almost_all_of_the_difference():
    assert best_trial([Trial("gelu-form", "apply")], (5e-10,), before=1e-9) is None


class UntilLeftOut(Probing):
    """Every value is right once the Torch operation ``number`` is the identity, or does what ``action`` says."""

    def __init__(self, number, action="apply", options=None):
        self.number, self.cure = number, Trial("", action, options or {"kind": "identity"})

    def forced(self, pairs):
        return {}

    def run(self, probes):
        trial = probes[self.number].alter if self.number in probes else None
        cured = trial is not None and (trial.action, trial.options) == (self.cure.action, self.cure.options)
        return Run({3: Probed({2: Difference(0.0 if cured else 1.0)})}, {})


@pytest.fixture
def pair():
    class Pair:
        alone = (frozenset(), frozenset())
        own_weights = False
        weights = ({}, {})
        match = Match({}, {}, {})

    return Pair()


def test_an_activation_too_many_is_found_in_front_of_the_layer_that_parts(pair):
    aligned = Alignment(KERAS, LONGER, {0: 0, 2: 3}, {})
    evidence = Evidence(pair, Trace(KERAS, {}, {}), aligned, {"x": np.ones((2, 4))}, False, {})
    naming = Naming(aligned, {1: 1}, {}, UntilLeftOut(2), evidence)
    named = naming.named(2, 3, Fault(KERAS[2], LONGER[3], Difference(1.0)))
    assert named.torch is LONGER[2]
    assert named.cause == ("activation-other", 0.0)


def test_what_keras_was_given_in_another_order_is_handed_to_what_joins_it(pair):
    torch = (*TORCH[:2], event("concatenate", 1), event("dense", 2, layer="b"))
    given = np.ones((2, 4))
    aligned = Alignment(KERAS, torch, {0: 0, 2: 3}, {})
    evidence = Evidence(pair, Trace(KERAS, {1: given}, {}), aligned, {"x": given}, False, {})
    naming = Naming(aligned, {1: 1}, {}, UntilLeftOut(2, "reordered", {"values": (given,)}), evidence)
    named = naming.named(2, 3, Fault(KERAS[2], torch[3], Difference(1.0)))
    assert (named.torch, named.cause) == (torch[2], ("reshape-order", 0.0))


@pytest.mark.parametrize(("rule", "shows"), [("reshape-order", True), ("norm-other", False)])
def test_sequences_cut_otherwise_are_named_where_they_begin(rule, shows):
    search = object.__new__(_Search)
    search.keras = Trace(KERAS, {}, {})
    search.alignment = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    cut = Fault(KERAS[2], TORCH[2], Difference(math.inf), (rule, 0.0), fed=True)
    behind = Fault(KERAS[3], TORCH[3], Difference(math.inf), ("reshape-order", 0.0), fed=True)
    assert search._only_shows(3, {2: cut, 3: behind}) is shows
    assert not search._only_shows(2, {2: cut, 3: behind})


@pytest.mark.parametrize(("by", "shows"), [("more or less of it", True), ("feed", False)])
def test_more_steps_than_the_reference_has_are_named_where_they_begin(by, shows):
    search = object.__new__(_Search)
    search.keras = Trace(KERAS, {}, {})
    search.alignment = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    longer = Fault(KERAS[2], TORCH[2], Difference(math.inf), ("spectrogram-center", 0.0), handed=True, by=by)
    behind = Fault(KERAS[3], TORCH[3], Difference(0.1), ("crop-place", 0.0), handed=True, by=by)
    assert search._only_shows(3, {2: longer, 3: behind}) is shows


@pytest.mark.parametrize(("figure", "shows"), [(math.inf, True), (0.1, False)])
def test_what_reads_a_layer_of_another_shape_is_handed_something_else_for_that(figure, shows):
    search = object.__new__(_Search)
    search.keras = Trace(KERAS, {}, {})
    search.alignment = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    longer = Fault(KERAS[0], TORCH[0], Difference(figure), ("causal-padding", 0.0))
    reader = Fault(KERAS[1], TORCH[1], Difference(0.1), ("wiring-other", 0.0), fed=True)
    assert search._only_shows(1, {0: longer, 1: reader}) is shows


@pytest.mark.parametrize(("figure", "misled"), [(0.1, {1}), (0.0, set())])
def test_a_counterpart_that_leads_a_right_layer_astray_is_none(figure, misled):
    search = object.__new__(_Search)
    search.alignment = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    run = Run({0: Probed({0: Difference(0.0)}, ()), 2: Probed({2: Difference(figure)}, ())}, {})
    assert search._misled({1: 1}, [], run) == misled
    assert not search._misled({1: 1}, [2], run), "it was wrong before"


IN_A_ROW = (*(event("dense", -1, layer=name) for name in "xab"), event("add", 0, 1), event("add", 2, 3))
BESIDE = (*IN_A_ROW[:3], event("add", 1, 2), event("add", 0, 3))


@pytest.mark.parametrize(("torch", "elsewhere"), [(BESIDE, True), (IN_A_ROW[:3], False), (IN_A_ROW, False)])
def test_a_branch_that_is_joined_in_another_place_is_not_missing(pair, torch, elsewhere):
    keras, torch = ((*events, event("dense", last, layer="norm")) for events, last in ((IN_A_ROW, 3), (torch, 0)))
    last = len(torch) - 1
    aligned = Alignment(keras, torch, {0: 0, 1: 1, 2: 2, 5: last}, {})
    evidence = Evidence(pair, Trace(keras, {}, {}), aligned, {}, False, {})
    assert evidence.joined_elsewhere(5, last) is elsewhere


class SwappedOutputs(Probing):
    """A run of PyTorch gives the outputs of Keras in the other order."""

    def __init__(self, keras):
        self.keras = keras


@pytest.mark.parametrize(("kind", "cause"), [("softplus", ("output-order", 0.0)), ("sigmoid", None)])
def test_outputs_in_another_order_are_named_if_they_are_made_in_another_way(pair, kind, cause):
    events = (event("dense", -1, layer="a"), event("sigmoid", 0), event(kind, 0))
    first, second = np.ones((2, 4)), np.zeros((2, 4))
    keras = Trace(events, {1: first, 2: second}, {"y": first, "z": second})
    aligned = Alignment(events, events, {0: 0}, {})
    evidence = Evidence(pair, keras, aligned, {"x": first}, False, {})
    found = AtEnd(aligned, {}, {2: 2}, SwappedOutputs(keras), evidence).faults("y", Run({}, {"y": second, "z": first}))
    assert [fault.cause for fault in found] == ([cause] if cause else [])


def test_of_two_outputs_each_is_judged_by_what_stands_in_front_of_it(pair):
    keras = (event("dense", -1, layer="a"), event("tanh", 0), event("rescaling", 1), event("dense", -1, layer="b"))
    torch = (event("dense", -1, layer="a"), event("tanh", 0), event("dense", -1, layer="b"), event("sigmoid", 2))
    outputs = {"y": np.ones(2), "z": np.zeros(2)}
    trace = Trace(keras, {}, outputs, ends={"y": (2,), "z": (3,)})
    aligned = Alignment(keras, torch, {0: 0, 3: 2}, {})
    at_end = AtEnd(aligned, {1: 1}, {}, SwappedOutputs(trace), Evidence(pair, trace, aligned, {}, False, {}))
    assert at_end._behind("y") == ([2], [])
    assert at_end._behind("z") == ([], [3])
    assert at_end._met(2) == 1


def test_what_stands_behind_on_the_other_side_is_in_the_other_order(pair):
    torch = (event("dense", -1, layer="a"), event("relu", 0), event("mean", 1), event("dense", 2, layer="b"))
    aligned = Alignment(KERAS, torch, {0: 0, 2: 3}, {})
    front = InFront(aligned, {}, {}, UntilLeftOut(9), Evidence(pair, Trace(KERAS, {}, {}), aligned, {}, False, {}))
    assert front._stands_behind(Trial("pool-other", "apply before", {"kind": "adaptive_average_pool"}), 1)
    assert not front._stands_behind(Trial("activation-other", "apply before", {"kind": "relu"}), 1)


def test_how_a_recurrence_is_read_is_the_matter_of_the_recurrence(pair):
    keras = (event("lstm", -1, layer="a"), event("dense", 0, layer="b"))
    aligned = Alignment(keras, keras, {0: 0, 1: 1}, {})
    evidence = Evidence(pair, Trace(keras, {}, {}), aligned, {"x": np.ones((2, 4))}, False, {})
    fault = Fault(keras[1], keras[1], Difference(1.0), ("recurrent-last-step", 0.0), fed=True)
    assert Naming(aligned, {}, {}, UntilLeftOut(9), evidence).named(1, 1, fault).keras is keras[0]


def test_a_suspicion_sees_what_the_operation_was_given(pair):
    values = {0: np.arange(8.0).reshape(2, 4), 1: np.zeros((2, 4))}
    aligned = Alignment(KERAS, TORCH, {0: 0, 2: 2}, {})
    tokens = np.array([[3, 1, 0, 0], [2, 2, 5, 0]])
    suspect = Evidence(pair, Trace(KERAS, values, {}), aligned, {"tokens": tokens}, True, {}).suspect(1, 1)
    assert suspect.inputs[0] is values[0]
    assert suspect.value is values[1]
    assert suspect.neighbours == ("dense",)
    assert suspect.lengths == (2, 3)
    assert suspect.training


def test_of_several_results_the_one_that_was_given_counts(pair):
    """Only the first result of a split is kept, and the other one has its shape."""
    first, second = np.zeros((2, 4)), np.ones((2, 4))
    for results, taken in ((1, first), (2, second)):
        events = (replace(KERAS[0], attributes={"results": results}), *KERAS[1:])
        aligned = Alignment(events, TORCH, {0: 0, 2: 2}, {})
        evidence = Evidence(pair, Trace(events, {0: first, 1: first}, {}), aligned, {}, False, {1: second})
        assert evidence.given(1)[0] is taken


def test_rounded_constants_alone_are_faint():
    fault = Fault(KERAS[1], TORCH[1], Difference(1e-8), ("constants-through-float32", 0.0))
    assert Diagnosis((fault,), 4).faint
    assert not Diagnosis((fault, Fault(KERAS[1], TORCH[1], Difference(1e-2))), 4).faint


def test_numbers_in_another_order_are_named_once_where_they_are_moved():
    keras, torch = (replace(side[1], moved=Mover(path, f"net.py:{n}")) for n, side, path in MOVED)
    cause = ("reshape-order", 0.0)
    shown = [Fault(each, torch, Difference(0.1), cause, handed=True) for each in (keras, replace(keras, path="next"))]
    found = Diagnosis(tuple(shown), 4)
    assert [(each.keras, each.torch) for each in found.causes] == [("unfold", "net.view")]
    assert (found.divergence.keras, found.divergence.torch_line) == ("unfold", "net.py:2")
    itself = Diagnosis((replace(shown[0], handed=False),), 4)
    assert itself.divergence.keras == keras.path


def test_a_place_without_a_cause_of_its_own_is_open():
    def diagnosed(*causes):
        return Diagnosis(tuple(Fault(KERAS[1], TORCH[1], Difference(0.1), cause) for cause in causes), 4)

    assert diagnosed(("scale-other", 0.0), None).open
    assert diagnosed(("wiring-other", 0.0)).open
    assert not diagnosed(("scale-other", 0.0)).open


def test_the_last_of_several_terms_is_added_or_taken_off():
    keras = [event("dense", -1, layer="a"), event("mean", 0), event("subtract", 0, 1), event("add", 0, 2)]
    torch = [event("dense", -1, layer="a"), event("add", 0, 0), event("mean", 0), event("subtract", 1, 2)]
    pairs = Alignment(keras, torch, {0: 0}, {}).between([], {}, behind=True)
    assert pairs[3] == 3
    assert pairs[1] == 2


def test_two_functions_that_bend_one_value_have_a_curve(pair):
    keras = (event("dense", -1, layer="a"), event("clip", 0))
    torch = (event("dense", -1, layer="a"), event("tanh", 0), event("multiply", 1))
    values = {0: np.array([[2.0, -3.0]]), 1: np.array([[1.0, -1.0]])}

    def curve(theirs):
        aligned = Alignment(keras, theirs, {0: 0}, {})
        return Evidence(pair, Trace(keras, values, {}), aligned, {}, False, {}).curve(1, len(theirs) - 1)

    _, (xs, ys) = curve(torch)
    assert (xs.tolist(), ys.tolist()) == ([-3.0, 2.0], [-1.0, 1.0])
    assert curve((torch[0], event("clamp", 0))) is None
    assert curve((*torch[:2], event("add", 0, 1))) is None


def test_a_stack_of_recurrent_layers_is_given_what_its_first_layer_is(pair):
    keras = (event("dense", -1, layer="a"), event("lstm", 0, layer="first"), event("lstm", 1, layer="second"))
    torch = (event("dense", -1, layer="a"), event("lstm", 0, layer="rnn"))
    pair.match = Match({}, {}, {"rnn": ("first", "second")})
    values = {number: np.full((2, 4), number) for number in range(3)}
    evidence = Evidence(pair, Trace(keras, values, {}), Alignment(keras, torch, {0: 0, 2: 1}, {}), {}, False, {})
    assert evidence.given(evidence.begin(2, 1))[0] is values[0]
    assert evidence.begin(0, 0) == 0
    pair.match = Match({}, {}, {})
    assert evidence.begin(2, 1) == 2


class UntilAllLeftOut(Probing):
    """The second layer is right once the Torch operations ``numbers`` are identities."""

    def __init__(self, keras, numbers):
        self.keras, self.numbers = keras, numbers

    def layer(self, k, tried=()):
        return Probe()

    def run(self, probes):
        left_out = [n for n, probe in probes.items() if probe.alter and probe.alter.options == {"kind": "identity"}]
        return Run({4: Probed({1: Difference(0.0 if left_out == self.numbers else 1.0)}, (1.0,))}, {})


@pytest.mark.parametrize(("last", "found"), [("divide", True), ("tanh", False)])
def test_factors_and_masks_are_left_out_together(pair, last, found):
    keras = (event("embedding", -1, layer="a"), event("layer_norm", 0, layer="b"))
    torch = (
        event("embedding", -1, layer="a"),
        event("masked_fill", 0, -1),
        event("divide", -1),  # the factor itself
        event(last, 1, 2),
        event("layer_norm", 3, layer="b"),
    )
    trace = Trace(keras, {}, {})
    aligned = Alignment(keras, torch, {0: 0, 1: 4}, {})
    evidence = Evidence(pair, trace, aligned, {"x": np.ones((2, 4))}, False, {})
    fault = Fault(keras[1], torch[4], Difference(1.0), ("wiring-other", 0.0), fed=True)
    named = Naming(aligned, {}, {}, UntilAllLeftOut(trace, [1, 3]), evidence).named(1, 4, fault)
    assert named.cause == (("scale-other", 0.0) if found else ("wiring-other", 0.0))
    assert named.torch is torch[3 if found else 4]


class UntilBothMended(Probing):
    """The value is right once a layer is regrouped and what cuts it has an activation; with the first, most of it."""

    def __init__(self, share):
        self.share = share

    def forced(self, pairs):
        return {}

    def operation(self, k, tried=()):
        return Probe(trials=tuple(tried))

    def run(self, probes):
        regrouped = 0 in probes and probes[0].alter.options == {"parts": 3}
        difference = Difference(0.5, share=self.share) if regrouped else Difference(1.0, share=1.0)
        figures = [0.0 if regrouped and trial.options == {"kind": "tanh"} else 0.5 for trial in probes[1].trials]
        return Run({1: Probed({1: difference}, tuple(figures))}, {})


@pytest.mark.parametrize(("share", "found"), [(0.1, ["reshape-order", "activation-other"]), (0.9, [])])
def test_of_two_faults_in_one_place_the_first_brings_most_of_the_value_back(pair, share, found):
    events = (event("dense", -1, layer="head", shape=(2, 6)), event("exp", 0, shape=(2, 3)))
    aligned = Alignment(events, events, {0: 0}, {})
    evidence = Evidence(pair, Trace(events, {}, {}), aligned, {"x": np.ones((2, 4))}, False, {})
    fault = Fault(events[1], events[1], Difference(1.0, share=1.0))
    both = Naming(aligned, {}, {}, UntilBothMended(share), evidence).two_at_once(1, 1, fault) or ()
    assert [each.cause[0] for each in both] == found
    assert [each.found.figure for each in both] == [0.5] * len(found)
    assert [each.torch for each in both] == list(events[: len(found)])
