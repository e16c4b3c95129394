"""Weights of interpolation are those of TensorFlow, which computes with them in single precision."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from parity.interpolation import KERNELS, weights


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("method", KERNELS)
@pytest.mark.parametrize(
    ("before", "after"), [((6, 6), (12, 12)), ((7, 9), (20, 13)), ((16, 11), (8, 5)), ((5, 5), (5, 11))]
)
def test_an_image_is_resized_as_tensorflow_does_it(before, after, method, antialias):
    image = np.random.default_rng(0).normal(size=(2, *before, 3)).astype("float32")
    rows, columns = (weights(*sizes, method, antialias) for sizes in zip(before, after, strict=True))
    found = np.einsum("ih,jw,nhwc->nijc", rows, columns, image.astype("float64"))
    expected = tf.image.resize(image, after, method=method, antialias=antialias).numpy()
    assert np.abs(found - expected).max() < 1e-5
