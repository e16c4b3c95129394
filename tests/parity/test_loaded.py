"""Weights loaded by hand: what became of them."""

from __future__ import annotations

import numpy as np

from parity.loaded import Loaded, loaded_rule


def named(found, right, kernel):
    return loaded_rule("depthwise_conv2d", {"kernel": kernel}, Loaded({"weight": found}, {"weight": right}, {}, {}))


def test_depthwise_filters_with_the_multiplier_outermost_are_in_the_wrong_order():
    kernel = np.random.default_rng(0).normal(size=(3, 3, 4, 2))
    right = kernel.transpose(2, 3, 0, 1).reshape(8, 1, 3, 3)
    assert named(kernel.transpose(3, 2, 0, 1).reshape(8, 1, 3, 3), right, kernel) == "depthwise-channel-order"
    assert named(right + 1, right, kernel) == "weights-never-loaded"
