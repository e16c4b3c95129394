"""The axes of a tensor are followed however they are turned."""

from __future__ import annotations

import pytest
import torch

from parity.sides.torch_trace import Tracing, mark_of, set_mark


@pytest.mark.parametrize(
    "turn",
    [
        lambda x: x.transpose(1, 2),
        lambda x: x.mT,
        lambda x: x.mH,
        lambda x: x.adjoint(),
        lambda x: torch.swapdims(x, 1, 2),
        lambda x: x.swapaxes(-1, -2),
        lambda x: x.permute(0, 2, 1),
    ],
)
def test_a_sequence_becomes_channels_first_and_back(turn):
    sequence = torch.zeros(2, 5, 3)
    set_mark(sequence, False, frozenset({-1}))
    with Tracing():
        first = turn(sequence)
        last = turn(first)
    assert mark_of(first).channels_first
    assert mark_of(first).sources == {-1}
    assert not mark_of(last).channels_first
    assert mark_of(last).sources == {-1}


def test_a_matrix_from_the_left_keeps_the_channels_where_they_are():
    sequence, matrix = torch.zeros(2, 5, 3), torch.zeros(4, 5)
    set_mark(sequence, True, frozenset({-1}))
    with Tracing():
        assert mark_of(matrix @ sequence).channels_first
        assert not mark_of(sequence @ torch.zeros(3, 4)).channels_first
