"""Tensors that no layer owns find each other by shape, place and name, all at once."""

from __future__ import annotations

import pytest

from parity.errors import UsageError
from parity.loose import Loose, pair_loose
from parity.partners import TAKEN, TOGETHER, TRANSPOSED
from parity.recording import Description, Event, Layer, Parameter, Trace
from parity.surroundings import Side


def side(shapes, used=()):
    """One owner after the other; ``used`` are names of tensors in the order in which functions take them."""
    stored = [Parameter(*path.rsplit("/", 1), shape, True, "float32") for path, shape in shapes.items()]
    paths = dict.fromkeys(each.layer for each in stored)
    layers = tuple(Layer(path, "own", "Own", {}, {}) for path in paths)
    events = [Event(name, "multiply", "mul", (2, 4), {"tensors": (name,)}, None, (-1,)) for name in used]
    return Side(Description(layers, tuple(stored), (), 0, 0, "M"), Trace(tuple(events), {}, {}, ends={"y": (-1,)}))


def paired(keras, torch, given=None, near=None, used=()) -> Loose:
    return pair_loose(side(keras), side(torch, used), [], set(), set(), near or {}, given or {})


def test_a_tensor_does_not_take_the_twin_of_another_that_is_more_like_it():
    found = paired(
        {"sentences.word_attention/W": (8, 7), "sentence_attention/W": (8, 7)},
        {"word_level.attention/weight": (8, 7), "sentence_level.attention/weight": (8, 7)},
    )
    assert found.pairs["sentences.word_attention/W"] == "word_level.attention/weight"
    assert found.pairs["sentence_attention/W"] == "sentence_level.attention/weight"


def test_without_names_the_order_of_use_tells():
    found = paired({"a/x": (4,), "b/y": (4,)}, {"m/p": (4,), "m/q": (4,)}, used=("m.q", "m.p"))
    assert found.pairs == {"a/x": "m/q", "b/y": "m/p"}


def test_the_same_name_outweighs_the_order_of_use():
    shapes = {"gamma1": (4,), "gamma2": (4,), "gamma3": (4,)}
    ours, theirs = ({f"{owner}/{name}": shape for name, shape in shapes.items()} for owner in ("block", "blocks.0"))
    found = paired(ours, theirs, used=("blocks.0.gamma1", "blocks.0.gamma3", "blocks.0.gamma2"))
    assert found.pairs == {f"block/{name}": f"blocks.0/{name}" for name in shapes}


def test_a_matrix_that_fits_the_other_way_round_is_turned_and_so_is_its_namesake():
    found = paired({"a/w": (6, 12), "b/w": (4, 4)}, {"a/weight": (12, 6), "b/weight": (4, 4)})
    assert found.pairs == {"a/w": "a/weight", "b/w": "b/weight"}
    assert found.turned == {"a/weight", "b/weight"}


def test_a_matrix_is_turned_that_both_sides_give_one_name():
    found = paired({"a/v": (12, 5)}, {"a/v": (5, 12)})
    assert found.pairs == {"a/v": "a/v"}
    assert found.turned == {"a/v"}


@pytest.mark.parametrize("word", ["", f"{TAKEN}{TRANSPOSED}"])
def test_a_map_says_that_a_square_matrix_is_turned(word):
    found = paired({"a/w": (4, 4)}, {"a/weight": (4, 4)}, given={"a/w": f"a/weight{word}"})
    assert found.pairs == {"a/w": "a/weight"}
    assert ("a/weight" in found.turned) == bool(word)


def test_a_square_matrix_may_be_turned_and_layers_of_one_make_may_change_places():
    shapes = {f"{owner}/{name}": (4, 4) for owner in "ab" for name in ("u", "v")}
    found = paired(shapes, {path.replace("a/", "p/").replace("b/", "q/"): shape for path, shape in shapes.items()})
    assert (f"a/u{TOGETHER}a/v", f"b/u{TOGETHER}b/v") in found.open
    assert (TOGETHER.join(shapes),) in found.open


def test_numbers_that_count_are_no_parameters():
    counter = Parameter("norm", "count", (), False, "float32")
    theirs = side({"m/scale": (1,)})
    ours = side({})
    ours.parameters["norm"].append(counter)
    assert pair_loose(ours, theirs, [], set(), set(), {}, {}).pairs == {}


def test_what_a_weight_is_computed_from_belongs_to_the_layer_that_has_the_bias():
    levels = (("0.0", 3, 8), ("0.4", 8, 8), ("1.0", 8, 8), ("1.4", 8, 8))
    ours, theirs, right = {}, {}, {}
    for number, (place, width, filters) in enumerate(levels):
        layer, module = f"level{number // 2}_{'ab'[number % 2]}", f"net.{place}"
        shapes = {"v": (3, width, filters), "g": (filters,), "bias": (filters,)}
        ours |= {f"{layer}/{name}": shape for name, shape in shapes.items()}
        inner = f"{module}.parametrizations.weight"
        theirs |= {f"{module}/bias": (filters,), f"{inner}/original0": (filters, 1, 1)}
        theirs |= {f"{inner}/original1": (filters, width, 3)}
        right |= {f"{layer}/v": f"{inner}/original1", f"{layer}/g": f"{inner}/original0"}
        right |= {f"{layer}/bias": f"{module}/bias"}
    used = [path.replace("/", ".") for path in theirs if not path.endswith("/bias")]
    assert paired(ours, theirs, used=used).pairs == right


def test_an_image_of_the_code_has_its_channels_in_front_and_may_be_mirrored():
    found = paired({"start/grid": (1, 4, 4, 8)}, {"/input": (1, 8, 4, 4)})
    assert found.pairs == {"start/grid": "/input"}
    assert found.axes == {"/input": (0, 2, 3, 1)}
    assert found.open == (("start/grid",),)


def test_a_kernel_that_code_scales_has_an_axis_in_front():
    found = paired({"styled/kernel": (3, 3, 8, 6)}, {"conv/weight": (1, 6, 8, 3, 3)})
    assert (found.pairs, found.turned, found.axes) == ({"styled/kernel": "conv/weight"}, {"conv/weight"}, {})


def test_a_map_states_an_order_of_axes():
    shapes = {"w": (5, 5, 6)}, {"weight": (6, 5, 5)}
    ours, theirs = ({f"a/{name}": shape for name, shape in side.items()} for side in shapes)
    found = paired(ours, theirs, given={"a/w": f"a/weight{TAKEN}2 1 0"})
    assert (found.axes, found.turned) == ({"a/weight": (2, 1, 0)}, frozenset())
    with pytest.raises(UsageError, match="does not make"):
        paired(ours, theirs, given={"a/w": f"a/weight{TAKEN}0 1 2"})
