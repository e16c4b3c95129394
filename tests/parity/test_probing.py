"""References are compared in the form of the value, whichever way its heads are kept."""

from __future__ import annotations

import numpy as np
import pytest

from parity.shapes import lie_alike
from parity.sides.torch_probing import _fitted, _fitted_inside


@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (0, 2, 1, 3)])
@pytest.mark.parametrize("steps", [5, 3])
def test_heads_of_the_reference_are_joined(axes, steps):
    mine = np.random.default_rng(0).normal(size=(2, steps, 12))
    reference = mine.reshape(2, steps, 3, 4).transpose(axes)
    assert np.array_equal(_fitted(reference, mine), mine)


def test_what_has_no_heads_stays_as_it_is():
    reference = np.zeros((2, 3, 4, 5))
    assert _fitted(reference, np.zeros((2, 3, 19))) is reference


@pytest.mark.parametrize("turned", [False, True])
def test_the_pixels_of_a_grid_are_the_rows_of_a_sequence(turned):
    grid = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    rows = grid.reshape(2, 12, 5)
    mine, reference = (grid, rows) if turned else (rows, grid)
    assert np.array_equal(_fitted(reference, mine), mine)


@pytest.mark.parametrize("shape", [(2, 5, 12), (4, 6, 5), (2, 6, 2, 5)])
def test_other_features_or_windows_are_no_rows_of_a_grid(shape):
    reference = np.zeros((2, 3, 4, 5))
    assert _fitted(reference, np.zeros(shape)) is reference


def test_groups_of_heads_are_heads():
    heads = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    assert np.array_equal(_fitted(heads, np.zeros((2, 3, 2, 2, 5))), heads.reshape(2, 3, 2, 2, 5))


@pytest.mark.parametrize(("other", "alike"), [((8, 3, 5), True), ((2, 12, 5), True), ((4, 6, 5), False)])
def test_the_windows_of_a_sample_may_be_samples(other, alike):
    assert lie_alike((2, 4, 3, 5), other) == lie_alike(other, (2, 4, 3, 5)) == alike


@pytest.mark.parametrize("shape", [(3, 5), (1, 3, 5)])
def test_what_is_the_same_for_every_sample_may_be_made_once(shape):
    once = np.random.default_rng(0).normal(size=shape)
    often = np.repeat(once.reshape(1, 3, 5), 4, axis=0)
    assert np.array_equal(_fitted(once, often), often)
    assert np.array_equal(_fitted(often, once), once)
    often[1] += 1
    assert _fitted(often, once) is often


@pytest.mark.parametrize("begin", [0, 1, 3])
def test_what_is_cut_afterwards_is_compared_in_the_nearest_window(begin):
    mine = np.random.default_rng(0).normal(size=(2, 8, 4))
    reference = mine[:, begin : begin + 5] * 1.01
    fitted = _fitted_inside(reference, mine)
    assert np.array_equal(fitted[:, begin : begin + 5], reference)
    assert np.array_equal(
        np.delete(fitted, range(begin, begin + 5), axis=1), np.delete(mine, range(begin, begin + 5), axis=1)
    )


def test_what_is_longer_than_ones_own_has_no_window():
    reference = np.zeros((2, 9, 4))
    assert _fitted_inside(reference, np.zeros((2, 8, 4))) is reference
