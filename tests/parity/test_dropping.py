"""Dropouts in one place: alike, or not."""

import pytest

from parity.dropping import unlike_drops
from parity.matching import Match
from parity.recording import Event, Trace

SHAPE = (4, 5, 6)


def traced(path, *drops):
    layer = Event(path, "dense", "Dense", SHAPE, layer=path, sources=(-1,))
    shelf = Trace((), {}, {}).values
    return Trace((layer,), shelf, {}, drops=tuple(drops))


def drop(kind="dropout", shared=(), shape=SHAPE, numbers=120, rate=0.5):
    return Event("drop", kind, "Drop", shape, {"rate": rate, "shared": shared, "numbers": numbers}, sources=(0,))


def rules(ours, theirs):
    found = unlike_drops(traced("a", *ours), traced("b", *theirs), Match({"a": "b"}, {}, {}))
    return [rule for rule, _, _ in found]


@pytest.mark.parametrize(
    ("keras", "torch", "rule"),
    [
        (drop("alpha_dropout"), drop(), "dropout-alpha"),
        (drop("gaussian_dropout"), drop(), "dropout-gaussian"),
        (drop(), drop(rate=0.2), "dropout-rate"),
        (drop(shared=(5,)), drop(), "dropout-channels"),
        (drop(shared=(5,)), drop(shared=(6,)), "dropout-channels"),
        (drop(shared=(5, 6)), drop(), "dropout-stochastic-depth"),
    ],
)
def test_what_drops_in_another_way_is_named(keras, torch, rule):
    assert rules([keras], [torch]) == [rule]


def test_the_same_channels_in_another_layout_drop_alike():
    assert not rules([drop(shared=(5,))], [drop(shared=(5,), shape=(4, 5, 1, 6))])


def test_one_dropout_alone_is_no_difference():
    assert not rules([drop("alpha_dropout")], [])


def test_rates_that_were_spaced_in_single_precision_are_alike():
    assert not rules([drop(rate=0.1)], [drop(rate=0.10000000149)])


def test_another_place_says_nothing():
    assert not rules([drop(shared=(5,))], [drop(shape=(4, 6), numbers=24)])


def test_of_unlike_numbers_of_dropouts_only_those_without_any_like_them_are_named():
    assert not rules([drop(), drop("alpha_dropout")], [drop()])
    assert rules([drop("alpha_dropout"), drop("alpha_dropout")], [drop()]) == ["dropout-alpha"]
