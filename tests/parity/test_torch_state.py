"""Buffers of a Torch module, also those that share their memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from parity.sides import torch_state


class Grids(nn.Module):
    """Two grids that were expanded, one of them under two names."""

    def __init__(self):
        super().__init__()
        line = torch.arange(3.0)
        columns, rows = torch.meshgrid(line, line, indexing="xy")
        self.register_buffer("columns", columns, persistent=False)
        self.register_buffer("rows", rows)
        self.register_buffer("again", rows)


def test_expanded_buffers_get_memory_of_their_own_and_keep_their_numbers():
    grids = Grids()
    before = torch_state.statistics(grids)
    torch_state.spread_out(grids)
    assert all((before[name] == array).all() for name, array in torch_state.statistics(grids).items())
    assert grids.again is grids.rows
    with torch_state.kept_statistics(grids):
        grids.columns[0, 0] = 5
    assert grids.columns.tolist() == [[0.0, 1.0, 2.0]] * 3
    torch_state.set_weights(grids, {"/rows": before["/rows"] + 1})
    assert grids.rows.tolist() == [[1.0] * 3, [2.0] * 3, [3.0] * 3]


@pytest.mark.parametrize("turned", [lambda a: a[::-1], lambda a: a.T, np.flip, np.asfortranarray])
def test_weights_are_set_from_any_order_of_memory(turned):
    layer = torch.nn.Linear(1, 1)
    for shape in ((1, 1), (1,)):
        array = turned(np.full(shape, 3.0, "float32"))
        array.flags.writeable = False
        torch_state.set_weights(layer, {"/weight" if len(shape) == 2 else "/bias": array})
    assert layer.weight.item() == layer.bias.item() == 3.0
