"""A bias that stands behind its layer as a bare tensor is the bias of the layer on the other side."""

from __future__ import annotations

import pytest

from parity.matching import Match, match_events, match_layers
from parity.recording import Description, Event, Layer, Parameter, Trace

WIDTH = 4


def side(kernel, bare, adds="add"):
    """A dense layer with a bias, or one without and a bare tensor that the code around it adds."""
    sums = [Event(f"block.{adds}", adds, adds, (2, WIDTH), {"tensors": ("block.shift",)}, None, (0,))] if bare else []
    events = [Event("block.proj", "dense", "Dense", (2, WIDTH), {}, "block.proj", (-1,)), *sums]
    events.append(Event("tanh", "tanh", "tanh", (2, WIDTH), {}, None, (len(events) - 1,)))
    bias = ("block", "shift") if bare else ("block.proj", "bias")
    stored = (
        Parameter("block.proj", kernel, (WIDTH, WIDTH), True, "float32"),
        Parameter(*bias, (WIDTH,), True, "float32"),
    )
    layers = (Layer("block.proj", "dense", "Dense", {"bias": not bare}, {kernel: (WIDTH, WIDTH)}),)
    return Description(layers, stored, (), 0, 0, "Model"), Trace(tuple(events), {}, {}, ends={"y": (len(events) - 1,)})


def matched(keras, torch, given=None) -> Match:
    return match_layers(keras[0], torch[0], keras[1], torch[1], given)


@pytest.mark.parametrize(
    ("keras_is_bare", "tensors", "anchors"),
    [(False, {"block.proj/bias": "block/shift"}, {0: 1}), (True, {"block/shift": "block.proj/bias"}, {1: 0})],
)
def test_the_sum_stands_in_the_place_of_the_layer(keras_is_bare, tensors, anchors):
    ours, theirs = side("kernel", keras_is_bare), side("weight", not keras_is_bare)
    match = matched(ours, theirs)
    assert match.tensors == tensors
    assert match_events(ours[1].events, theirs[1].events, match)[0] == anchors
    assert matched(ours, theirs, match.layers | match.loose).tensors == tensors


def test_a_factor_is_no_bias():
    assert not matched(side("kernel", False), side("weight", True, "multiply")).tensors


def test_a_layer_with_a_bias_keeps_it():
    assert not matched(side("kernel", False), side("weight", False)).tensors
