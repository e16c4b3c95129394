"""Places in hand-written code that run more than once, and what each may leave out."""

from __future__ import annotations

import numpy as np

from parity.diagnosis.sites import completions, places, sites
from parity.recording import Event


def event(path, line="net.py:1", kind="leaky_relu"):
    return Event(path, kind, kind, (2, 3), {}, None, (), line=line)


def test_a_line_that_several_modules_run_is_one_place_too():
    events = [event(f"heads.{n}.leaky_relu") for n in range(3)]
    assert sites(events, range(3)) == [(2,), (1,), (0,), (0, 1, 2)]


def test_a_line_of_one_module_is_one_place():
    events = [event("net.relu"), event("net.relu#2"), event("net.tanh", "net.py:2"), event("net.tanh#2", "net.py:2")]
    assert sites(events, range(4)) == [(2, 3), (0, 1)]


def test_only_sums_and_means_are_weighted_by_an_input():
    def weighted(kind):
        found = completions(event("net.f", kind=kind), [np.ones((2, 3))])
        return [trial for trial in found if trial.action == "weighted by an input"]

    assert len(weighted("sum")) == len(weighted("mean")) == 2
    assert not weighted("relu")


def test_roots_and_shares_are_among_what_may_be_left_out():
    kinds = {trial.options.get("kind") for trial in completions(event("net.topk", kind="topk"))}
    assert kinds >= {"sqrt", "square", "shares"}


def test_statistics_shifts_and_softmaxes_over_other_axes_are_done_otherwise():
    found = [(t.rule, t.action, t.options) for t in completions(event("net.amax", kind="max"))]
    assert ("pool-other", "reduced as", {"kind": "logsumexp"}) in found
    assert ("pool-other", "reduced as", {"kind": "max"}) not in found
    found = [(t.rule, t.options) for t in completions(event("net.add", kind="add"))]
    assert ("shift-other", {"kind": "rescaling", "offset": 0.5}) in found
    weights = Event("net.sigmoid", "sigmoid", "sigmoid", (2, 3, 1), {}, None, ())
    assert {"kind": "softmax", "axis": 1} in [trial.options for trial in completions(weights)]


def lines(*lines):
    """A function for each letter, which stands for its line."""
    return [Event(f"cell.f#{n}", "tanh", "tanh", (2, 4), {}, None, (n - 1,), line=line) for n, line in enumerate(lines)]


def test_what_a_loop_runs_in_every_round_is_one_place_and_its_last_round_another():
    assert places(lines(*"abab", *"abab", "c"), range(9)) == [(0, 2, 4, 6), (1, 3, 5, 7), (6,), (7,), (8,)]


def test_a_line_with_two_calls_is_two_places():
    assert places(lines(*"aabaabaabaab"), range(12))[:3] == [(0, 3, 6, 9), (1, 4, 7, 10), (2, 5, 8, 11)]


def test_layers_of_one_line_are_places_of_their_own():
    assert places(lines(*"aaa"), range(3)) == [(0,), (1,), (2,)]


def test_a_line_that_runs_twice_is_one_place_and_two():
    """A short loop beside lines that run once may as well be one line with two calls."""
    assert sites(lines(*"abbc"), range(4)) == [(3,), (1, 2), (2,), (1,), (0,)]
