"""What an upsampling layer of PyTorch says of itself."""

from __future__ import annotations

import pytest
from torch import nn

from parity.sides.torch_facts import describe_layer


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scale_factor": 2}, {"factor": (2, 2)}),
        ({"scale_factor": 1.5}, {"factor": (1.5, 1.5)}),
        ({"scale_factor": (2, 3)}, {"factor": (2, 3)}),
        ({"size": (8, 10)}, {"size": (8, 10)}),
    ],
)
def test_it_goes_to_a_size_or_by_a_factor_for_each_axis(options, said):
    layer = describe_layer("up", nn.Upsample(**options, mode="nearest"))
    assert (layer.kind, layer.attributes) == ("upsample", {**said, "mode": "nearest"})
