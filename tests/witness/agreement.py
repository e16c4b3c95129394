"""Formulas against both frameworks in one process."""

import numpy as np

import torch  # isort: skip  before TensorFlow
import tensorflow as tf
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

BOUND = 1e-12
few = settings(max_examples=10, deadline=None, derandomize=True, database=None)


def numbers(shape, limit=4.0):
    """Arrays of doubles in [-limit, limit], zero among them."""
    return arrays.arrays(np.float64, shape, elements=st.floats(-limit, limit, allow_subnormal=False))


def shapes(shortest=1):
    return arrays.array_shapes(min_dims=1, max_dims=3, min_side=shortest, max_side=5)


def as_array(values):
    if isinstance(values, np.ndarray):
        return values
    return values.detach().numpy() if isinstance(values, torch.Tensor) else values.numpy()


def agree(formula, *frameworks, bound=BOUND):
    """Every array of ``frameworks`` is that of ``formula``: type, shape, and each number relative to max(1, number)."""
    assert formula.dtype == np.float64
    assert np.isfinite(formula).all()
    for values in map(as_array, frameworks):
        assert values.dtype == np.float64
        assert values.shape == formula.shape
        error = np.abs(values - formula) / np.maximum(1, np.abs(formula))
        assert error.max(initial=0) <= bound, f"off by {error.max():.1e}, expected at most {bound:.1e}"


def keras_gradient(function, x, slope):
    """Value of ``function`` at ``x``, and the gradient of sum(slope * value), by TensorFlow."""
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return value, tape.gradient(value, x, output_gradients=tf.convert_to_tensor(slope))


def torch_gradient(function, x, slope):
    """The same by PyTorch."""
    x = torch.tensor(x, requires_grad=True)
    value = function(x)
    return value, torch.autograd.grad(value, x, torch.tensor(slope))[0]


def channels_first(image):
    """NumPy (B, H, W, C) -> Torch (B, C, H, W)."""
    return torch.tensor(np.ascontiguousarray(np.moveaxis(image, -1, 1)))


def channels_last(image):
    """Torch (B, C, H, W) -> Torch (B, H, W, C)."""
    return image.movedim(1, -1)
