"""Modules inside a wrapper of PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from parity.errors import UsageError
from parity.sides.source import Source
from parity.sides.torch_side import TorchSide


def described(module):
    return TorchSide().load(Source("net.py:module", live=module), seed=0)


def test_a_compiled_module_is_the_one_that_was_compiled():
    plain = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    assert described(torch.compile(plain)) == described(plain)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_a_scripted_module_is_refused():
    with pytest.raises(UsageError, match=r"net.py:module: a scripted module"):
        described(nn.Sequential(torch.jit.script(nn.Linear(3, 2)), nn.ReLU()))
