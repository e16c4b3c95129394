"""The states that PyTorch's recurrent layers hand out beside the sequence."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def directions(module: nn.RNNBase) -> int:
    """One, or two side by side."""
    return 2 if module.bidirectional else 1


def hidden(state: Any) -> torch.Tensor:
    """Hidden states (layers x directions, B, H), without the memory of an LSTM."""
    return state[0] if isinstance(state, tuple) else state


def ends(module: nn.RNNBase, state: Any) -> torch.Tensor:
    """The state that each direction of the last layer ends in, side by side."""
    return torch.cat(list(hidden(state)[-directions(module) :]), dim=-1)
