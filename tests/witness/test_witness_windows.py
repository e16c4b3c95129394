"""Convolution, its output size and pooling against both frameworks."""

import numpy as np
import pytest
import torch
from agreement import agree, channels_first, channels_last, few
from hypothesis import given
from hypothesis import strategies as st
from keras import layers
from torch.nn import functional as F

from keras_impl.layers import aligned
from parity.layouts import layout_of
from parity.witness import convolution, pooling

SIZES = [(32, 3, 1, 1), (32, 3, 0, 1), (224, 7, 3, 2), (5, 2, 0, 2), (6, 3, 1, 2), (3, 3, 0, 5)]


@st.composite
def cases(draw):
    """(height, width), window, padding, stride; the window fits, the padding is at most half of it."""
    window = draw(st.integers(1, 4))
    padding = draw(st.integers(0, window // 2))
    sides = draw(st.tuples(*[st.integers(max(1, window - 2 * padding), 8)] * 2))
    return sides, window, padding, draw(st.integers(1, 3))


def random_image(sides, channels=2):
    return np.random.default_rng(sides).normal(size=(2, *sides, channels))


def compare_convolution(sides, window, padding, stride):
    image = random_image(sides)
    random = np.random.default_rng(0)
    weights = {"kernel": random.normal(size=(window, window, 2, 3)), "bias": random.normal(size=3)}
    keras = aligned.Conv2D(3, window, stride, padding)
    keras.build(image.shape)
    keras.set_weights([weights["kernel"], weights["bias"]])
    there = {name: torch.tensor(value) for name, value in layout_of("conv2d").to_torch(weights, {}).items()}
    theirs = F.conv2d(channels_first(image), **there, stride=stride, padding=padding)
    expected = convolution.convolve(image, **weights, padding=padding, stride=stride)
    assert expected.shape[1:3] == tuple(convolution.output_size(side, window, padding, stride) for side in sides)
    agree(expected, keras(image), channels_last(theirs))


def compare_max_pool(sides, window, padding, stride):
    image = random_image(sides)
    keras = aligned.MaxPooling2D(window, stride, padding)
    theirs = F.max_pool2d(channels_first(image), window, stride, padding)
    agree(pooling.max_pool(image, window, padding, stride), keras(image), channels_last(theirs))


def compare_average_pool(sides, window, stride):
    image = random_image(sides)
    keras = layers.AveragePooling2D(window, stride)
    theirs = F.avg_pool2d(channels_first(image), window, stride)
    agree(pooling.average_pool(image, window, stride), keras(image), channels_last(theirs))


@few
@given(cases())
def test_convolution_and_max_pooling(case):
    compare_convolution(*case)
    compare_max_pool(*case)


@few
@given(cases())
def test_average_pooling(case):
    (height, width), window, _, stride = case
    compare_average_pool((max(height, window), max(width, window)), window, stride)


@pytest.mark.parametrize(("size", "kernel", "padding", "stride"), SIZES)
def test_output_size_is_that_of_both_frameworks(size, kernel, padding, stride):
    keras = aligned.Conv2D(1, kernel, stride, padding).compute_output_shape((1, size, size, 1))
    theirs = F.conv2d(torch.zeros(1, 1, size, size), torch.zeros(1, 1, kernel, kernel), stride=stride, padding=padding)
    expected = convolution.output_size(size, kernel, padding, stride)
    assert keras[1:3] == tuple(theirs.shape[2:]) == (expected, expected)


def test_output_sizes_by_hand():
    assert [convolution.output_size(*size) for size in SIZES] == [32, 30, 112, 2, 3, 1]


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="kernel=6: expected at most 5, the padded size"):
        convolution.output_size(3, 6, padding=1)


CASE = ((6, 7), 3, 1, 2)


def test_a_mirrored_kernel_is_seen(monkeypatch):
    convolve = convolution.convolve

    def mirrored(image, kernel, bias, **options):
        return convolve(image, kernel[::-1, ::-1], bias, **options)

    monkeypatch.setattr(convolution, "convolve", mirrored)
    with pytest.raises(AssertionError, match="off by"):
        compare_convolution(*CASE)


def test_an_output_size_rounded_up_is_seen(monkeypatch):
    monkeypatch.setattr(convolution, "output_size", lambda size, k, p=0, s=1: -(-(size + 2 * p - k) // s) + 1)
    with pytest.raises(AssertionError):
        test_output_size_is_that_of_both_frameworks(6, 3, 1, 2)


def test_padding_a_maximum_with_zeros_is_seen(monkeypatch):
    windows = pooling.windows
    monkeypatch.setattr(pooling, "windows", lambda *arguments: windows(*arguments[:5], 0.0))
    with pytest.raises(AssertionError, match="off by"):
        compare_max_pool(*CASE)


def test_a_mean_over_too_many_is_seen(monkeypatch):
    average = pooling.average_pool
    monkeypatch.setattr(pooling, "average_pool", lambda image, size, stride: average(image, size, stride) * (1 - 1e-10))
    with pytest.raises(AssertionError, match="off by"):
        compare_average_pool((6, 7), 3, 2)
