"""Rows of a kernel follow the features in front of it: there and back, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from parity.listing import Carried, Joined, Listing, alike, as_listed, in_order, plain

SIZES = (4, 5)
KERAS, TORCH = Listing(SIZES, (0, 1)), Listing(SIZES, (1, 0))
RANDOM = np.random.default_rng(0).normal


def test_features_with_the_channels_first_are_put_in_order():
    image = RANDOM(size=(2, 3, 5, 4))  # samples, steps, channels, height
    assert np.array_equal(in_order(image.reshape(2, 3, 20), TORCH), image.swapaxes(2, 3).reshape(2, 3, 20))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
@pytest.mark.parametrize("axis", [0, 1])
def test_the_way_back_is_exact(order, axis):
    listing = Listing((2, 3, 4), order)
    array = RANDOM(size=(24, 24))
    assert np.array_equal(as_listed(in_order(array, listing, axis), listing, axis), array)


def test_of_joined_features_each_part_is_put_in_order():
    first, numbers, second = RANDOM(size=(2, 5, 4)), RANDOM(size=(2, 3)), RANDOM(size=(2, 5, 4))
    joined = np.concatenate([first.reshape(2, 20), numbers, second.reshape(2, 20)], 1)
    ordered = np.concatenate([first.mT.reshape(2, 20), numbers, second.mT.reshape(2, 20)], 1)
    listing = Joined((TORCH, plain(3), TORCH))
    assert np.array_equal(in_order(joined, listing), ordered)
    assert np.array_equal(as_listed(ordered, listing), joined)
    carried = Carried("dense", Joined((KERAS, plain(3), KERAS)), listing)
    assert np.array_equal(carried.to_keras("kernel", carried.to_torch("kernel", ordered.T)), ordered.T)
    assert np.allclose(joined @ carried.to_torch("kernel", ordered.T), ordered @ ordered.T, rtol=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (KERAS, TORCH, (KERAS, TORCH)),
        (KERAS, plain(20), None),
        (KERAS, Joined((TORCH,)), None),
        (Joined((KERAS, KERAS)), Joined((TORCH, plain(20))), (Joined((KERAS, plain(20))), Joined((TORCH, plain(20))))),
        (Joined((KERAS, KERAS)), Joined((TORCH, plain(7))), None),
        (Joined((plain(20), plain(7))), Joined((TORCH, plain(7))), None),
        (Joined((KERAS,)), Joined((TORCH, plain(7))), None),
    ],
)
def test_a_part_that_is_in_order_on_both_sides_may_list_what_it_will(ours, theirs, found):
    assert alike(ours, theirs) == found


@pytest.mark.parametrize(
    ("kind", "name", "shape", "axis"),
    [
        ("dense", "kernel", (20, 7), 0),
        ("lstm", "kernel", (20, 28), 0),
        ("gru", "backward/kernel", (20, 21), 0),
        ("conv1d", "kernel", (3, 20, 7), 1),
        ("conv1d_transpose", "kernel", (3, 7, 20), 2),
        ("einsum_dense", "kernel", (20, 2, 6), 0),
        ("layer_norm", "gamma", (20,), 0),
        ("layer_norm", "beta", (20,), 0),
        ("batch_norm", "moving_variance", (20,), 0),
        ("lstm", "recurrent_kernel", (20, 80), None),
        ("lstm", "forward/bias", (20,), None),
        ("gru", "bias", (2, 20), None),
        ("dense", "kernel", (6, 20), None),
        ("conv1d", "kernel", (20, 6, 7), None),
        ("depthwise_conv1d", "kernel", (3, 20, 1), None),
    ],
)
def test_only_what_stands_for_features_is_carried_in_another_order(kind, name, shape, axis):
    carried, array = Carried(kind, KERAS, TORCH), RANDOM(size=shape)
    moved = carried.to_torch(name, array)
    rows = np.arange(20).reshape(SIZES).T.ravel()
    assert np.array_equal(moved, array if axis is None else array.take(rows, axis))
    assert np.array_equal(carried.to_keras(name, moved), array)


@pytest.mark.parametrize(
    ("order", "expected"), [((2, 0, 1), (1, 0)), ((0, 1, 2), (0, 1)), ((1, 2, 0), None), ((1, 0, 2), None)]
)
def test_axes_that_stay_side_by_side_may_be_one_on_the_other_side(order, expected):
    tokens, image = Listing((6, 4), (0, 1)), Listing((2, 3, 4), order)
    found = None if expected is None else Listing((6, 4), expected)
    assert alike(tokens, image) == (None if found is None else (tokens, found))
    assert alike(image, tokens) == (None if found is None else (found, tokens))
