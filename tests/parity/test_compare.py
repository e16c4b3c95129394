"""Comparing two arrays: what is a figure, what is never forgiven."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from parity.compare import difference, identical

FLOATS = arrays.arrays(np.float64, arrays.array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6))


def test_figure_is_relative_to_the_peak_and_names_the_element():
    found = difference(np.array([1.0, -4.0]), np.array([1.0, -4.4]), 1e-3)
    assert found.figure == pytest.approx(0.1)
    assert (found.index, found.keras_value, found.torch_value, found.share) == ((1,), -4.0, -4.4, 0.5)


def test_tiny_outputs_are_not_equal_for_being_tiny():
    assert difference(np.array([1e-9]), np.array([2e-9]), 1e-3).figure == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("keras", "torch", "word"),
    [
        (np.zeros((2, 1)), np.zeros((2,)), "shapes differ"),
        (np.zeros(2, np.float32), np.zeros(2), "dtypes differ"),
        (np.array([np.nan]), np.array([np.nan]), "keras has nan"),
        (np.array([1.0]), np.array([np.inf]), "torch has inf"),
        (np.array([1, 2]), np.array([1, 3]), "whole numbers differ"),
    ],
)
def test_never_forgiven(keras, torch, word):
    found = difference(keras, torch, 1.0)
    assert math.isinf(found.figure)
    assert word in found.describe()


@given(FLOATS)
def test_an_array_equals_itself(array):
    assert difference(array, array.copy(), 1e-10).figure == 0
    assert identical(array, array.copy())


@given(FLOATS, st.floats(1e-8, 1e-2))
def test_a_planted_error_is_found_where_it_is(array, error):
    peak = np.abs(array).max()
    assume(peak > 1e-3)
    other = array.copy()
    other.flat[-1] += error * peak
    found = difference(array, other, error / 2)
    assert found.figure == pytest.approx(error, rel=1e-6)
    assert found.index == tuple(size - 1 for size in array.shape)


def test_signed_zeros_are_not_identical():
    assert not identical(np.array([0.0]), np.array([-0.0]))
