"""Layers of one shape, told apart by where they stand and what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from parity.matching import Match, _in_order, match_events, match_layers
from parity.recording import Description, Event, Layer, Parameter, Trace
from parity.surroundings import Side


def dense(path, *sources, width=4):
    return Event(path, "dense", "Dense", (2, width), {}, path, sources)


def function(kind, *sources):
    return Event(kind, kind, kind, (2, 4), {}, None, sources)


def model(*events, kernel="kernel", own=(), **ends):
    """Dense layers of four inputs and four units; ``own`` are layers of other kinds."""
    paths = dict.fromkeys(event.layer for event in events if event.kind == "dense")
    known = [Layer(path, "dense", "Dense", {}, {kernel: (4, 4)}) for path in paths]
    stored = [Parameter(path, kernel, (4, 4), True, "float32") for path in paths]
    stored += [Parameter(layer.path, name, (4,), True, "float32") for layer, names in own for name in names]
    layers = (*known, *(layer for layer, _ in own))
    return Description(layers, tuple(stored), (), 0, 0, "Model"), Trace(events, {}, {}, ends=ends or {"y": (-1,)})


def matched(keras, torch, given=None):
    return match_layers(keras[0], torch[0], keras[1], torch[1], given)


def keras(*events, **ends):
    return model(*events, kernel="kernel", **ends)


def torch(*events, **ends):
    return model(*events, kernel="weight", **ends)


def test_heads_go_by_the_order_of_their_outputs():
    ours = keras(dense("b", -1), dense("a", -1), first=(1,), second=(0,))
    theirs = torch(dense("fc1", -1), dense("fc2", -1), first=(0,), second=(1,))
    assert matched(ours, theirs).layers == {"b": "fc2", "a": "fc1"}


def test_a_layer_that_leads_nowhere_is_nobodys_twin():
    ours = keras(dense("head", -1), y=(0,))
    theirs = torch(dense("aux", -1), dense("out", -1), y=(1,))
    assert matched(ours, theirs).layers == {"head": "out"}


def test_a_word_that_only_two_names_have_in_common_tells():
    ours = keras(dense("gate_proj", -1), dense("up_proj", -1), function("multiply", 0, 1), y=(2,))
    theirs = torch(dense("up_proj", -1), dense("gate_proj", -1), function("multiply", 0, 1), y=(2,))
    found = matched(ours, theirs)
    assert found.layers == {"gate_proj": "gate_proj", "up_proj": "up_proj"}
    assert found.rivals == ()


def test_the_activation_behind_tells():
    ours = keras(dense("a", -1), function("silu", 0), dense("b", -1), function("multiply", 1, 2), y=(3,))
    theirs = torch(dense("x", -1), dense("y", -1), function("silu", 1), function("multiply", 0, 2), y=(3,))
    assert matched(ours, theirs).layers == {"a": "y", "b": "x"}


def test_who_reads_a_value_tells():
    ours = keras(dense("short", -1), dense("reduce", -1), dense("wide", 1), function("concatenate", 0, 2), y=(3,))
    theirs = torch(dense("l", -1), dense("m", 0), dense("n", -1), function("concatenate", 1, 2), y=(3,))
    assert matched(ours, theirs).layers == {"short": "n", "reduce": "l", "wide": "m"}


def test_of_too_many_layers_the_one_without_like_surroundings_is_left_over():
    ours = keras(dense("a", -1), function("relu", 0), dense("b", 1), function("tanh", 2), dense("c", 3), y=(4,))
    theirs = torch(dense("p", -1), function("relu", 0), dense("q", 1), function("tanh", 2), y=(3,))
    assert matched(ours, theirs).layers == {"a": "p", "b": "q"}


def test_what_neither_place_nor_name_settles_is_open():
    ours = keras(dense("dense_1", -1), dense("dense_2", -1), function("subtract", 0, 1), y=(2,))
    theirs = torch(dense("fc1", -1), dense("fc2", -1), function("subtract", 0, 1), y=(2,))
    assert matched(ours, theirs).rivals == (("dense_1", "dense_2"),)
    assert matched(ours, theirs, {"dense_1": "fc1"}).rivals == ()


def test_a_norm_of_the_users_own_stands_where_its_code_ran():
    def norms(names, stored):
        return [(Layer(name, "layer_norm", "LayerNorm"), stored) for name in names]

    def norm(path, source):
        return Event(path, "layer_norm", "LayerNorm", (2, 4), {}, path, (source,))

    def code(path, source):
        return Event(f"{path}.sub", "subtract", "sub", (2, 4), {}, None, (source,))

    ours = model(
        dense("a", -1),
        norm("early", 0),
        dense("b", 1),
        norm("late", 2),
        own=norms(("early", "late"), ("gamma", "beta")),
    )
    theirs = model(
        dense("a", -1),
        code("mine", 0),
        dense("b", 1),
        norm("norm", 2),
        kernel="weight",
        own=norms(("norm", "mine"), ("weight", "bias")),
    )
    assert matched(ours, theirs).layers == {"a": "a", "early": "mine", "b": "b", "late": "norm"}


@pytest.mark.parametrize(("left", "right"), [(-1, -2), (-2, -1)])
def test_calls_of_a_shared_layer_are_paired_by_what_they_get(left, right):
    ours = (dense("t", -1), dense("u", 0), dense("t", -2), dense("u", 2))
    theirs = (dense("t", left), dense("u", 0), dense("t", right), dense("u", 2))
    anchors, _ = match_events(ours, theirs, Match({"t": "t", "u": "u"}, {}, {}))
    assert anchors == ({0: 0, 1: 1, 2: 2, 3: 3} if left == -1 else {0: 2, 1: 3, 2: 0, 3: 1})


def compared(*towers):
    """Both of two towers, compared by one shared layer; each call is of one tower with what is made of both."""
    events = [dense("a", -1), dense("b", -2), Event("m", "matmul", "matmul", (2, 3, 4), {}, None, (0, 1))]
    for tower in towers:
        events.append(Event("cat", "concatenate", "cat", (2, 3, 4), {}, None, (tower, 2)))
        events.append(dense("t", len(events) - 1))
    return events


def test_calls_of_a_shared_layer_are_told_apart_by_what_is_nearest():
    anchors, _ = match_events(compared(0, 1), compared(1, 0), Match({"a": "a", "b": "b", "t": "t"}, {}, {}))
    assert anchors == {0: 0, 1: 1, 4: 6, 6: 4}


def test_a_kernel_of_another_shape_does_not_fit():
    ours, theirs = keras(dense("a", -1)), torch(dense("a", -1))
    narrow = Parameter("a", "weight", (3, 4), True, "float32")
    smaller = Description((Layer("a", "conv1d", "Conv1d"),), (narrow,), (), 0, 0, "Model")
    assert matched(ours, (smaller, theirs[1])).layers == {}
    assert np.prod(narrow.shape) == 12


def test_tensors_of_a_norm_of_another_kind_are_matched_one_by_one():
    code = Event("norm.mul", "multiply", "mul", (2, 4), {}, None, (-1,))
    rms = Event("rms", "rms_norm", "RMSNormalization", (2, 4), {}, "rms", (-1,))
    ours = model(rms, dense("a", 0), own=[(Layer("rms", "rms_norm", "RMSNormalization"), ("scale",))])
    own = [(Layer("norm", "other_layer_norm", "OtherLayerNorm"), ("weight",))]
    theirs = model(code, dense("a", 0), kernel="weight", own=own)
    found = matched(ours, theirs)
    assert found.layers == {"a": "a"}
    assert found.tensors == {"rms/scale": "norm/weight"}


def test_layers_that_are_paired_against_the_order_in_which_they_run_have_others_to_try():
    ours = Side(*keras(dense("a", -1), dense("b", 0), dense("c", 1), y=(2,)))
    theirs = Side(*torch(dense("x", -1), dense("y", 0), dense("z", 1), y=(2,)))
    assert _in_order(ours, theirs, {"a": "z", "b": "y", "c": "x"}) == {"a": "x", "c": "z"}
    assert _in_order(ours, theirs, {"a": "x", "b": "y", "c": "z"}) == {}
    assert _in_order(ours, theirs, {"a": "y", "b": "x"}) == {"a": "x", "b": "y"}


def beside_each_other(kernel, sizes, without_bias=""):
    """Dense layers of four inputs and so many units, all of one value."""
    events = tuple(dense(path, -1, width=size) for path, size in sizes.items())
    shapes = {path: (4, size) if kernel == "kernel" else (size, 4) for path, size in sizes.items()}
    layers = tuple(Layer(path, "dense", "Dense", {}, {kernel: shape}) for path, shape in shapes.items())
    stored = [Parameter(path, kernel, shape, True, "float32") for path, shape in shapes.items()]
    biases = {path: size for path, size in sizes.items() if path != without_bias}
    stored += [Parameter(path, "bias", (size,), True, "float32") for path, size in biases.items()]
    return Description(layers, tuple(stored), (), 0, 0, "M"), Trace(events, {}, {}, ends={"y": (-1,)})


def test_parts_that_are_like_the_whole_come_before_those_of_its_size():
    """A matrix for three, without a bias, runs first; what it could take has biases, and belongs to others."""
    ours = beside_each_other("kernel", dict.fromkeys(("k0", "v0", "k1", "v1"), 4))
    found = matched(ours, beside_each_other("weight", {"packed": 12, "kv0": 8, "kv1": 8}, without_bias="packed"))
    assert found.fused == {"kv0": ("k0", "v0"), "kv1": ("k1", "v1")}


def test_a_whole_of_the_size_of_a_part_of_another_has_parts_too():
    ours = beside_each_other("kernel", {"norm0.gain": 8, "norm0.shift": 8, "norm1.gain": 4, "norm1.shift": 4})
    found = matched(ours, beside_each_other("weight", {"wide": 16, "narrow": 8}))
    assert found.fused == {"wide": ("norm0.gain", "norm0.shift"), "narrow": ("norm1.gain", "norm1.shift")}


def in_a_row(kernel, **layers):
    """Dense layers by path, each with the number of what it takes and its units; of four inputs all."""
    events = tuple(dense(path, source, width=width) for path, (source, width) in layers.items())
    shapes = {path: (4, width) if kernel == "kernel" else (width, 4) for path, (_, width) in layers.items()}
    stored = tuple(Parameter(path, kernel, shape, True, "float32") for path, shape in shapes.items())
    known = tuple(Layer(path, "dense", "Dense", {}, {kernel: shape}) for path, shape in shapes.items())
    return Description(known, stored, (), 0, 0, "M"), Trace(events, {}, {}, ends={"y": (len(events) - 1,)})


def test_what_stands_at_the_other_end_of_the_model_is_no_whole_of_its_parts():
    chain = {f"d{n}": (n + 1, 4) for n in range(4)}
    ours = in_a_row("kernel", query=(-1, 4), key=(-1, 2), **chain)
    theirs = in_a_row("weight", q=(-1, 4), k=(-1, 2), **chain, output=(5, 6))
    found = matched(ours, theirs)
    assert not found.fused
    assert found.layers == {"query": "q", "key": "k"} | {path: path for path in chain}
