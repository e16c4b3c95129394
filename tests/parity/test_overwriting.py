"""Code that overwrites its input runs out of place, and whatever reads that input later sees what is there by then."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from parity.sides.torch_events import Recorder
from parity.sides.torch_overwriting import current


class Block(nn.Module):
    """A shortcut that reads its input behind the branch."""

    def __init__(self, function: bool) -> None:
        super().__init__()
        self.relu, self.body, self.skip = nn.ReLU(inplace=True), nn.Linear(3, 3), nn.Linear(3, 3)
        self.function = function

    def forward(self, x):
        branch = F.relu(x, inplace=True) if self.function else self.relu(x)
        return {"sum": self.body(branch) + self.skip(x), "features": [x]}


@pytest.mark.parametrize("function", [False, True])
def test_what_reads_an_overwritten_input_sees_the_new_values(function):
    block, x = Block(function), torch.randn(2, 3)
    given, wanted = x.clone(), block(x.clone())["sum"]
    recorder = Recorder(block)
    with torch.no_grad(), recorder.watching(block):
        recorder.enter({"x": x})
        found = current(block(x))
    sources = {event.layer or event.kind: event.sources for event in recorder.events}
    assert sources["skip"] == sources["body"] == (0,)
    assert torch.equal(found["sum"], wanted)
    assert torch.equal(found["features"][0], given.relu())
    assert torch.equal(x, given), "what the operation was given is still there"
