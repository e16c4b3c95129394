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


class Convolved(nn.Module):
    def __init__(self, prepared):
        super().__init__()
        self.prepared, self.conv = prepared, nn.Conv1d(4, 3, 1)

    def forward(self, sequence):
        return self.conv(self.prepared(sequence)).flatten(1).sum(1)


@pytest.mark.parametrize(
    ("shape", "prepared", "channels_first"),
    [
        ((2, 8, 4), lambda x: x, True),
        ((2, 4, 4), lambda x: x, True),
        ((2, 4, 4), lambda x: x.transpose(1, 2), False),
        ((2, 8, 4), lambda x: x.reshape(-1, 4, 4).transpose(1, 2), False),
        ((2, 6, 4, 4), lambda x: x.reshape(-1, 4, 4).transpose(1, 2), False),
        ((2, 8, 4), lambda x: x.reshape(-1, 4, 4), True),
        ((2, 8, 1), lambda x: x.reshape(-1, 4, 4), True),
    ],
)
def test_an_input_that_fits_either_way_is_taken_so_that_its_channels_are_read(shape, prepared, channels_first):
    inputs = {"sequence": np.zeros(shape, "float32")}
    binding = bind(Convolved(prepared), inputs, {"output": (shape[0],)}, "float32")
    assert binding.channels_first == ({"sequence"} if channels_first else set())


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


class Windows(nn.Module):
    """Tokens of an image, and the image again, by views and transposes alone."""

    def forward(self, image):
        tokens = image.flatten(2).transpose(1, 2)
        return (2 * tokens).transpose(1, 2).unflatten(2, image.shape[2:])


def test_an_image_that_code_gives_back_channels_first_is_known_by_its_shape():
    binding = bind(Windows(), {"image": np.zeros((4, 6, 6, 12), "float32")}, {"output": (4, 6, 6, 12)}, "float32")
    assert binding.images == {"output"}


@pytest.mark.parametrize("form", [list, dict])
def test_one_argument_may_take_all_inputs(form):
    class Packed(nn.Module):
        def forward(self, batch):
            tokens, mask = (batch["tokens"], batch["mask"]) if form is dict else batch
            return tokens * mask

    inputs = {"tokens": np.zeros((2, 3), "float32"), "mask": np.ones((2, 3), "float32")}
    assert bind(Packed(), inputs, {"output": (2, 3)}, "float32").form is form
