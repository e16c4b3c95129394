"""Derivatives that PyTorch itself does not compute in double precision."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from parity.sides.torch_patches import exact_derivatives


def slope() -> float:
    x = torch.tensor([0.3, 5.0, -5.0], dtype=torch.float64, requires_grad=True)
    F.hardsigmoid(x).sum().backward()
    assert x.grad is not None
    assert x.grad[1:].tolist() == [0.0, 0.0]
    return float(x.grad[0])


def test_the_hard_sigmoid_rises_by_one_sixth() -> None:
    with exact_derivatives("float64"):
        assert slope() == 1 / 6


def test_pytorch_alone_rounds_it_to_float32() -> None:
    assert 1e-9 < abs(slope() - 1 / 6) < 1e-8


def celu_slope(alpha: float) -> float:
    x = torch.tensor([-1.0, 2.0, 900.0], dtype=torch.float64, requires_grad=True)
    F.celu(x, alpha).sum().backward()
    assert x.grad is not None
    assert x.grad[1:].tolist() == [1.0, 1.0]
    return float(x.grad[0])


def test_the_slope_of_celu_is_that_of_its_formula() -> None:
    with exact_derivatives("float64"):
        assert celu_slope(0.7) == pytest.approx(math.exp(-1 / 0.7), rel=1e-15)


def test_pytorch_alone_rounds_the_alpha_of_celu_to_float32() -> None:
    assert 1e-9 < abs(celu_slope(0.7) - math.exp(-1 / 0.7)) < 1e-8
