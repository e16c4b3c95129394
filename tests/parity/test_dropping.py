"""Dropouts in one place: alike, or not."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from parity.dropping import unlike_drops
from parity.matching import Match
from parity.recording import Event, Trace
from parity.sides.torch_events import Recorder, without_dropout

SHAPE = (4, 5, 6)
INSIDE = {"shared": None, "numbers": 0, "inside": True}


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


def attention(path, kind, *inside, shape=(4, 2, 5, 5)):
    """A layer, the weights of an attention, and the layer behind it; ``inside`` drops of the weights."""
    first = Event(path, "dense", "Dense", SHAPE, layer=path, sources=(-1,))
    weights = Event(kind, kind, kind, shape, sources=(0,))
    last = Event(f"{path}2", "dense", "Dense", SHAPE, layer=f"{path}2", sources=(1,))
    drops = tuple(replace(each, sources=(1,)) for each in inside)
    return Trace((first, weights, last), Trace((), {}, {}).values, {}, drops=drops)


@pytest.mark.parametrize(("rate", "found"), [(0.5, []), (0.2, ["dropout-rate"])])
def test_weights_of_an_attention_drop_in_code_or_in_a_function(rate, found):
    ours = attention("a", "softmax", drop(shape=(4, 2, 5, 5), numbers=200))
    inside = replace(drop(rate=rate, shape=SHAPE, numbers=0), attributes={"rate": rate, **INSIDE})
    theirs = attention("b", "attention", inside, shape=SHAPE)
    unlike = unlike_drops(ours, theirs, Match({"a": "b", "a2": "b2"}, {}, {}))
    assert [rule for rule, _, _ in unlike] == found


@pytest.mark.parametrize(("rate", "found"), [(0.5, []), (0.2, ["dropout-rate"])])
def test_what_stands_between_two_recurrences_drops_inside_the_one_that_they_are_on_the_other_side(rate, found):
    first, second = (Event(path, "gru", "GRU", SHAPE, layer=path, sources=(n - 1,)) for n, path in enumerate("ab"))
    one = Event("c", "gru", "GRU", SHAPE, layer="c", sources=(-1,))
    inside = replace(drop(rate=rate), attributes={"rate": rate, **INSIDE})
    shelf = Trace((), {}, {}).values
    ours, theirs = Trace((first, second), shelf, {}, drops=(drop(),)), Trace((one,), shelf, {}, drops=(inside,))
    unlike = unlike_drops(ours, theirs, Match({}, {}, {"c": ("a", "b")}))
    assert [rule for rule, _, _ in unlike] == found


def test_layers_of_torch_say_what_they_drop_inside():
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.stack = torch.nn.GRU(4, 4, 3, batch_first=True, dropout=0.3)
            self.attend = torch.nn.MultiheadAttention(4, 2, dropout=0.2, batch_first=True)

        def forward(self, x):
            x = self.attend(*[self.stack(x)[0]] * 3)[0]
            return F.scaled_dot_product_attention(x, x, x, dropout_p=0.1 if self.training else 0.0)

    model, x, rates = Net(), torch.zeros(2, 5, 4), []
    with torch.no_grad(), without_dropout(model, attending=rates):
        model(x)
    recorder = Recorder(model.eval(), rates=rates)
    recorder.enter({"x": x})
    with torch.no_grad(), without_dropout(model), recorder.watching(model):
        model(x)
    found = [(recorder.events[each.sources[0]].kind, each.attributes["rate"]) for each in recorder.drops]
    assert found == [("gru", 0.3), ("gru", 0.3), ("multi_head_attention", 0.2), ("attention", 0.1)]
