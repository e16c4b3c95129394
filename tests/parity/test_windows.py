"""A dense layer over patches is a convolution, whichever axes of a patch it lists first."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from parity.errors import UsageError
from parity.layouts import between
from parity.matching import match_layers
from parity.recording import Description, Event, Layer, Parameter, Trace
from parity.windows import Windowed, windowed

IMAGE = torch.randn(2, 3, 8, 6, dtype=torch.float64)
PATCHES = IMAGE.reshape(2, 3, 2, 4, 3, 2).permute(0, 2, 4, 3, 5, 1)  # (B, rows, columns, 4, 2, C)


def layer(path, kind, shape, in_keras):
    attributes = {"kernel": shape[:-2] if in_keras else shape[2:]} if kind == "conv2d" else {}
    return Layer(path, kind, kind, attributes, {"kernel" if in_keras else "weight": shape})


PAIRS = {
    True: (layer("d", "dense", (24, 5), True), layer("c", "conv2d", (5, 3, 4, 2), False)),
    False: (layer("c", "conv2d", (4, 2, 3, 5), True), layer("d", "dense", (5, 24), False)),
}


@pytest.mark.parametrize("dense_in_keras", [True, False])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_both_compute_the_same_and_weights_come_back_bit_for_bit(dense_in_keras, order):
    layout = windowed(*PAIRS[dense_in_keras]).listing(order)
    weight = np.random.default_rng(0).normal(size=PAIRS[dense_in_keras][1].storage["weight"])
    given = {"weight": weight, "bias": np.ones(5)}
    moved = layout.to_keras(given, {})
    assert moved["kernel"].shape == PAIRS[dense_in_keras][0].storage["kernel"]
    back = layout.to_torch(moved, {})
    assert all(np.array_equal(back[name], given[name]) for name in given)
    window = torch.from_numpy(weight if dense_in_keras else moved["kernel"].transpose(3, 2, 0, 1).copy())
    matrix = torch.from_numpy(moved["kernel"] if dense_in_keras else weight.T.copy())
    listed = PATCHES.permute(0, 1, 2, *(3 + axis for axis in order)).flatten(3)
    assert torch.allclose(F.conv2d(IMAGE, window, stride=(4, 2)).permute(0, 2, 3, 1), listed @ matrix)


@pytest.mark.parametrize(
    ("keras", "torch_layer"),
    [
        (layer("d", "dense", (24, 5), True), layer("c", "conv2d", (5, 3, 1, 8), False)),
        (layer("d", "dense", (24, 4), True), layer("c", "conv2d", (5, 3, 4, 2), False)),
        (layer("d", "dense", (24, 5), True), layer("c", "conv2d", (5, 24, 1, 1), False)),
        (layer("d", "dense", (24, 5), True), layer("c", "dense", (5, 24), False)),
    ],
)
def test_only_windows_of_as_many_numbers_are_listed(keras, torch_layer):
    wide = torch_layer.storage["weight"] == (5, 3, 1, 8)  # a window is a window, whatever its sides
    assert isinstance(windowed(keras, torch_layer), Windowed) is wide
    assert isinstance(between(keras, torch_layer), Windowed) is wide


def described(only, tensor):
    parameters = (Parameter(only.path, tensor, only.storage[tensor], True, "float32"),)
    event = Event(only.path, only.kind, only.kind, (2, 6, 5), {}, only.path, (-1,))
    return Description((only,), parameters, (), 0, 0, "Model"), Trace((event,), {}, {})


def matched(given):
    (keras, ours), (other, theirs) = described(PAIRS[True][0], "kernel"), described(PAIRS[True][1], "weight")
    return match_layers(keras, other, ours, theirs, given)


def test_an_order_is_open_until_it_is_given():
    found = matched({})
    assert (found.layers, found.windows, found.rivals) == ({"d": "c"}, {"d": (0, 1, 2)}, (("d",),))
    assert matched({"d": "c"}).rivals == (("d",),)
    stated = matched({"d": "c @ 2 0 1"})
    assert (stated.windows, stated.rivals, stated.paired) == ({"d": (2, 0, 1)}, (), {"d": "c @ 2 0 1"})


@pytest.mark.parametrize("order", ["2 0 7", "1 0", "0 1 2 3"])
def test_an_order_of_other_axes_is_refused(order):
    with pytest.raises(UsageError, match="has no axes"):
        matched({"d": f"c @ {order}"})
