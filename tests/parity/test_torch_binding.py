"""How a user's own module takes its inputs, and when it has its sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from parity.errors import UsageError
from parity.sides.torch_binding import bind, materialize

NUMBERS = {"input0": np.zeros((2, 3), "float32"), "input1": np.ones((2, 3), "float32")}


class CountedFromOne(nn.Module):
    def forward(self, input1, input2):
        return input1 - 2 * input2


class Named(nn.Module):
    def forward(self, mask, tokens):
        return tokens * mask


def test_numbered_inputs_go_by_order():
    binding = bind(CountedFromOne(), NUMBERS, {"output": (2, 3)}, "float32")
    assert binding.arguments == {"input0": "input1", "input1": "input2"}


def test_named_inputs_go_by_name():
    inputs = {"tokens": np.zeros((2, 3), "float32"), "mask": np.ones((2, 3), "float32")}
    assert bind(Named(), inputs, {"output": (2, 3)}, "float32").arguments == {"tokens": "tokens", "mask": "mask"}


def test_layers_without_sizes_take_them_from_the_sample():
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2)).train()
    materialize(model, {"image": np.zeros((2, 6, 6, 3), "float32")}, "float32")
    assert model[0].weight.shape == (4, 3, 3, 3)
    assert model[2].weight.shape == (2, 4 * 4 * 4)
    assert model.training


def test_without_a_sample_they_are_an_error_that_says_what_to_give():
    with pytest.raises(UsageError, match="takes its sizes from its first input"):
        materialize(nn.Sequential(nn.LazyLinear(2)), None, "float32")


def test_a_model_that_has_its_sizes_is_not_run():
    class Strict(nn.Linear):
        def forward(self, x):
            raise AssertionError

    materialize(Strict(2, 2), None, "float32")
    assert torch.is_grad_enabled()
