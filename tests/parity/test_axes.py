"""The axes of an image are followed while they are moved, merged and cut."""

from __future__ import annotations

import pytest

from parity.listing import Joined, Listing, plain
from parity.sides import axes
from parity.sides.torch_axes import axes_behind

IMAGE = axes.of_image((2, 5, 6, 4), channels_first=True)


def places(found):
    return tuple(tuple(part.place for part in axis) for axis in found)


@pytest.mark.parametrize(
    ("name", "arguments", "order"),
    [
        ("permute", ((0, 2, -3, 3),), (0, 2, 1, 3)),
        ("permute", (0, 2, 1, 3), (0, 2, 1, 3)),
        ("transpose", (1, -1), (0, 3, 2, 1)),
        ("swapaxes", (2, 1), (0, 2, 1, 3)),
        ("movedim", (1, -1), (0, 2, 3, 1)),
        ("moveaxis", ((3, 1), (1, 2)), (0, 3, 1, 2)),
        ("permute", (0, 1), None),
        ("transpose", (1,), None),
    ],
)
def test_a_permutation_is_read_from_its_arguments(name, arguments, order):
    assert axes.permutation(name, arguments, 4) == order


def test_merged_axes_are_features_in_the_order_in_which_they_are_listed():
    steps = axes.reshaped(axes.moved(IMAGE, (0, 2, 1, 3)), (2, 6, 20))
    assert places(steps) == ((0,), (1,), (axes.CHANNELS, 2))
    assert axes.listing(steps) == Listing((4, 5), (1, 0))
    assert axes.listing(steps, 1) is None


def test_axes_that_were_merged_are_cut_again():
    rows = axes.reshaped(IMAGE, (2, 120))
    assert axes.listing(rows) == Listing((6, 4, 5), (2, 0, 1))
    assert axes.reshaped(rows, (2, 5, 6, 4)) == IMAGE


def test_of_a_view_into_other_steps_nothing_is_known():
    assert axes.listing(axes.reshaped(IMAGE, (2, 6, 20))) is None


def test_samples_and_steps_may_be_one_axis_for_a_while():
    film = axes.reshaped(axes.of_image((12, 5, 3, 4), channels_first=True), (12, 60))
    assert axes.listing(axes.reshaped(film, (2, 6, 60))) == Listing((3, 4, 5), (2, 0, 1))


def test_one_channel_has_no_place_among_the_features():
    grey = axes.of_image((2, 1, 6, 4), channels_first=True)
    listing = axes.listing(axes.reshaped(grey, (2, 24)))
    assert listing is not None
    assert listing.in_order


@pytest.mark.parametrize(
    ("index", "shape", "left"),
    [
        ((slice(None), slice(None), 3), (2, 5, 4), ((0,), (axes.CHANNELS,), (2,))),
        ((Ellipsis, -1), (2, 5, 6), ((0,), (axes.CHANNELS,), (1,))),
        ((slice(None), None), (2, 1, 5, 6, 4), ((0,), (), (axes.CHANNELS,), (1,), (2,))),
        ((slice(None), slice(1, 3)), (2, 2, 6, 4), ((0,), (axes.CHANNELS,), (1,), (2,))),
        ([0, 1], (2, 5, 6, 4), None),
    ],
)
def test_an_index_takes_axes_away(index, shape, left):
    found = axes.indexed(IMAGE, index, shape)
    assert (found and places(found)) == left


def test_half_of_merged_axes_is_no_listing():
    steps = axes.reshaped(axes.moved(IMAGE, (0, 2, 1, 3)), (2, 6, 20))
    assert axes.listing(axes.resized(steps, (2, 3, 20))) == Listing((4, 5), (1, 0))
    assert axes.listing(axes.resized(steps, (2, 6, 10))) is None


def test_an_axis_is_reduced_where_sizes_tell_which():
    steps = axes.reshaped(axes.of_image((2, 6, 4, 5)), (2, 6, 20))
    reduced = axes.without_one(steps, (2, 20))
    assert reduced is not None
    assert axes.listing(reduced) == Listing((4, 5), (0, 1))
    assert axes.without_one(axes.of_image((2, 4, 4)), (2, 4)) is None


def test_features_of_images_keep_their_order_where_they_are_joined():
    rows, numbers = axes.reshaped(IMAGE, (2, 120)), axes.unknown((2, 3))
    image = Listing((6, 4, 5), (2, 0, 1))
    joined = axes.joined([numbers, rows], -1)
    assert joined is not None
    assert axes.listing(joined) == Joined((plain(3), image))
    again = axes.joined([rows, joined], 1)
    assert again is not None
    assert axes.listing(again) == Joined((image, plain(3), image))
    assert axes.listing(axes.resized(again, (2, 100))) is None


@pytest.mark.parametrize("others", [[axes.unknown((2, 3))], [axes.of_image((2, 5, 4, 120))], []])
def test_without_features_of_an_image_nothing_is_remembered_of_what_is_joined(others):
    assert axes.joined([axes.unknown((2, 120)), *others], 1) is None


def test_an_axis_of_the_image_is_cut_into_a_grid_and_what_is_in_a_patch():
    rows, columns = axes.WINDOW + 1, axes.WINDOW + 2
    image = axes.of_image((2, 8, 6, 4))
    cut = axes.reshaped(image, (2, 4, 2, 2, 3, 4))
    assert places(cut) == ((0,), (1,), (rows,), (2,), (columns,), (axes.CHANNELS,))
    patches = axes.reshaped(axes.moved(cut, (0, 1, 3, 2, 4, 5)), (2, 8, 24))
    assert places(patches) == ((0,), (1, 2), (rows, columns, axes.CHANNELS))
    assert axes.listing(patches) == Listing((2, 3, 4), (0, 1, 2))


def test_a_view_across_axes_cuts_no_patches():
    image = axes.of_image((2, 8, 4, 4), channels_first=True)
    assert places(axes.reshaped(image, (2, 16, 8))) == ((None,), (None,), (None,))


@pytest.mark.parametrize("stride", [2, 3])
def test_unfold_lists_the_channels_before_what_is_in_a_patch(stride):
    image = axes.of_image((2, 5, 8, 8), channels_first=True)
    grid = (8 - 3) // stride + 1
    found = axes_behind("unfold", (("image", 3), {"stride": stride}), [image], None, (2, 45, grid * grid))
    assert places(found) == ((0,), (axes.CHANNELS, axes.WINDOW + 1, axes.WINDOW + 2), (1, 2))
    assert axes.listing(found, 1) == Listing((3, 3, 5), (2, 0, 1))


def test_windows_along_one_axis_stand_behind_all_others():
    found = axes_behind("unfold", (("image", 2, 4, 4), {}), [IMAGE], None, (2, 5, 1, 4, 4))
    assert places(found) == ((0,), (axes.CHANNELS,), (1,), (2,), (axes.WINDOW + 1,))
