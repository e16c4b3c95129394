"""Weights that Adam moved apart are judged by the rounding of a gradient that explains it."""

from __future__ import annotations

import numpy as np
import pytest

from parity.adam_response import Response, Update, explained

BOUND = 1e-10


def case(apart):
    """Weights of peak 1, one element of which has hardly any gradient, and the difference there and in another one."""
    rng = np.random.default_rng(0)
    keras, velocity = rng.uniform(-1, 1, (3, 5)), rng.uniform(0.5, 1, (3, 5))
    keras[0, 0], velocity[1, 2], velocity[2, 4] = 1.0, 1e-18, 0.0
    torch = keras.copy()
    for index, size in apart.items():
        torch[index] += size
    return keras, torch, Response((Update(velocity, 1e-3, 0.001), Update(velocity, 1e-3, 0.002)), 1e-7)


@pytest.mark.parametrize(
    "apart",
    [
        {(1, 2): 1e-8},
        {(1, 2): 1e-8, (0, 1): 3e-10},
        {(0, 1): 1e-9},
        {(0, 1): 1e-9, (0, 2): 3e-10},
        {(2, 4): 1e-9, (1, 2): 1e-9},
        {(0, 1): 1e-13},
        {},
    ],
)
def test_the_figure_is_that_of_all_elements(apart):
    keras, torch, response = case(apart)
    moved = response.of(np.arange(keras.size)).reshape(keras.shape)
    figures = np.abs(keras - torch) / (1.0 + moved)
    found = explained(keras, torch, response, BOUND)
    assert found.figure == figures.max()
    assert figures[found.index] == found.figure
    assert found.share == (figures > BOUND).mean()


@pytest.mark.parametrize("seed", [24, 39, 45])
def test_the_worst_element_stands_whatever_its_product_is_rounded_to(seed):
    rng = np.random.default_rng(seed)
    keras, velocity = rng.uniform(-1, 1, 5), np.full(5, 1e-30)
    torch = keras + rng.uniform(0.01, 0.1, 5)
    found = explained(keras, torch, Response((Update(velocity, 1e-20, 0.001),), 1e-8), BOUND)
    assert found.figure == pytest.approx(np.abs(keras - torch).max() / np.abs(keras).max())


def test_rounding_is_blown_up_where_there_is_hardly_any_gradient_and_not_where_there_is_none():
    moved = case({})[2].of(np.arange(15)).reshape(3, 5)
    assert moved[1, 2] > 100 * moved[0, 0] > 0 == moved[2, 4]
