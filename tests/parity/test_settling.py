"""Like layers change places until the values agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parity.compare import Difference
from parity.errors import SideFailed
from parity.matching import Match
from parity.partners import TAKEN, TOGETHER, TRANSPOSED
from parity.recording import Event, Probed, Trace
from parity.settling import Settling, axes_otherwise, exchanged
from parity.shelf import NOTHING

LIKE = ("a", "b", "c")
EVENTS = (
    *(Event(path, "dense", "Dense", (2, 4), {}, path, (-1,)) for path in LIKE),
    Event("head", "dense", "Dense", (2, 4), {}, "head", (0, 1, 2)),
)
FIRST = Match({**{path: path for path in LIKE}, "head": "head"}, {}, {}, rivals=(LIKE,))


class Values(dict):
    def only(self, numbers):
        return NOTHING


class Sides:
    """A Torch model whose head agrees under one assignment, and that remembers its weights."""

    keras, torch = "keras", "torch"

    def __init__(self, right, fails=False, events=EVENTS):
        self.right, self.fails, self.held, self.runs = right, fails, "its own", 0
        self.events, self.head = events, len(events) - 1

    def ask(self, side, method, **arguments):
        if side == self.keras:
            ends = {"y": (self.head,)}
            return Trace(self.events, Values(), {"y": np.ones(2)}, ends=ends) if method == "trace" else None
        if method == "set_weights":
            self.held = arguments["weights"]
        return self._probed(arguments["probes"]) if method == "probe" else self.held

    def _probed(self, probes):
        if self.fails:
            raise SideFailed("torch", "probe", "no float64", "")
        self.runs += 1
        agrees = self.held == self.right
        wrong = Difference(0.0 if agrees else 1.0)
        figures = {k: wrong if k == self.head else Difference(0.0) for k in range(len(self.events))}
        found = {t: Probed(figures) for t in probes}
        return found, {"y": np.ones(2) if agrees else np.zeros(2)}


def settled(sides, first=FIRST):
    def again(chosen):
        return replace(first, layers={**first.layers, **chosen})

    torch = Trace(sides.events, NOTHING, {})
    return Settling(sides, {}, dict, lambda match: dict(match.layers), again, torch).run(first)


def test_what_agrees_is_left_as_it_is():
    sides = Sides(dict(FIRST.layers))
    assert settled(sides) == FIRST
    assert sides.runs == 1


@pytest.mark.parametrize("order", [("b", "a", "c"), ("c", "a", "b")])
def test_the_assignment_that_agrees_is_found(order):
    right = {**dict(zip(LIKE, order, strict=True)), "head": "head"}
    sides = Sides(right)
    assert settled(sides).layers == right
    assert sides.held == "its own"


def test_blocks_of_one_class_change_their_order_together():
    """Neither of two blocks alone makes anything agree."""
    first = Match({**{path: path for path in "abcd"}, "head": "head"}, {}, {}, rivals=(("a", "b"), ("c", "d")))
    right = {"a": "b", "b": "a", "c": "d", "d": "c", "head": "head"}
    events = (*(replace(EVENTS[0], path=path, layer=path) for path in "abcd"), replace(EVENTS[3], sources=(0, 1, 2, 3)))
    assert settled(Sides(right, events=events), first).layers == right


def test_tensors_of_one_class_are_exchanged_in_all_its_layers():
    tensors = {f"{layer}/{name}": f"{layer}.{name}/weight" for layer in "ab" for name in ("of_set", "of_each", "rest")}
    first = Match({"head": "head"}, tensors, {}, rivals=(("a/of_set", "a/of_each"),))
    shapes = {path: np.zeros(2 if path.endswith("rest") else 3) for path in tensors}
    searching = Settling(None, {}, lambda: shapes, dict, dict, Trace(EVENTS, NOTHING, {}))
    assert list(searching._alike_tensors(first)) == []
    opened = replace(first, rivals=(("a/of_set", "a/of_each"), ("b/of_set + b/of_each",)))
    exchanged_ones = {
        "a/of_set": "a.of_each/weight",
        "a/of_each": "a.of_set/weight",
        "b/of_set": "b.of_each/weight",
        "b/of_each": "b.of_set/weight",
    }
    assert list(searching._alike_tensors(opened)) == [exchanged_ones]


def test_the_order_in_which_layers_run_is_tried_before_any_other():
    right = {"a": "c", "b": "a", "c": "b", "head": "head"}
    sides = Sides(right)
    assert settled(sides, replace(FIRST, rivals=(), in_order=right)).layers == right
    assert sides.runs == 2


def test_a_pair_that_differs_stays_as_structure_has_it():
    assert settled(Sides("nothing is right")) == FIRST


def test_a_model_that_does_not_run_in_float64_is_not_asked():
    sides = Sides(dict(FIRST.layers), fails=True)
    assert settled(sides) == FIRST
    assert sides.held == "its own"


def test_without_rivals_nothing_runs():
    sides = Sides("nothing is right")
    settled(sides, replace(FIRST, rivals=()))
    assert sides.runs == 0


def test_of_many_two_change_places_at_a_time():
    many = "abcd"
    assert len(list(exchanged(many, dict(zip(many, many, strict=True))))) == 6


def test_parts_of_one_packed_layer_change_their_order():
    orders = [tuple(order) for order in exchanged(LIKE, dict.fromkeys(LIKE, "qkv"))]
    assert len(orders) == 5
    assert LIKE not in orders


def test_parts_of_one_tensor_change_places_alike_in_all_of_a_class():
    pairs = {"a/kernel": "one + two @ transposed", "b/kernel": "three + four @ transposed"}
    assert list(exchanged(list(pairs), pairs)) == [
        {"a/kernel": "two + one @ transposed", "b/kernel": "four + three @ transposed"}
    ]


def test_square_matrices_are_turned_or_not_all_at_once():
    pairs = {"a/w + b/w": "one @ transposed + two @ transposed"}
    assert list(exchanged(list(pairs), pairs)) == [
        {"a/w + b/w": "one @ transposed + two @ transposed"},
        {"a/w + b/w": "one + two"},
    ]


def test_axes_of_one_length_change_places_in_all_tensors_of_a_class():
    assert list(axes_otherwise("a/w + b/w", (1, 4, 4, 8), "p/w @ 0 2 3 1 + q/w @ transposed")) == [
        {"a/w + b/w": "p/w @ 0 3 2 1 + q/w @ 2 1 3 0"}
    ]
    assert len(list(axes_otherwise("a/w", (3, 3, 8, 8), "p/w @ transposed"))) == 3


def test_tensors_of_two_shapes_are_exchanged_at_once():
    tensors = {f"a/{name}": f"p/{name}" for name in ("step", "skip", "decay", "turn")}
    opened = (("a/step", "a/skip"), ("a/decay", "a/turn"))
    first = Match({"head": "head"}, tensors, {}, rivals=opened)
    shapes = {path: np.zeros(2 if path in opened[0] else 3) for path in tensors}
    searching = Settling(None, {}, lambda: shapes, dict, dict, Trace(EVENTS, NOTHING, {}))
    assert list(searching._alike_tensors(first)) == [
        {"a/step": "p/skip", "a/skip": "p/step", "a/decay": "p/turn", "a/turn": "p/decay"}
    ]


def test_two_matrices_that_are_turned_are_no_complex_one():
    searching = Settling(None, {}, lambda: {"a/w": np.zeros((4, 4)), "b/w": np.zeros((4, 4))}, dict, dict, None)
    turned = f"p/w{TAKEN}{TRANSPOSED}{TOGETHER}q/w{TAKEN}{TRANSPOSED}"
    assert searching._shape(f"a/w{TOGETHER}b/w", turned) == (4, 4)
    assert searching._shape(f"a/w{TOGETHER}b/w", "p/w") == (4, 4, 2)
