"""Stacks of recurrent layers, one named layer per level, dropout between them.

A level takes a tensor and gives a tensor: every step (B, L, H), or the state that each direction ends in (B, H).
PyTorch's own layers cannot be subclassed for TorchScript, so a level calls the function behind them.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from torch_impl.layers import aligned


def recurrent_stack(layer, width, units, depth, dropout, bidirectional=False, sequences=False):
    """Sequence (B, L, D) -> every step (B, L, H), or the state that each direction ends in (B, H).

    ``layer`` is the class of a level. The backward half ends at the first step. H is ``units``, twice that when
    bidirectional.
    """
    return nn.Sequential(levels(layer, width, units, depth, dropout, bidirectional, sequences))


def levels(layer, width, units, depth, dropout, bidirectional, sequences):
    named = OrderedDict()
    for index in range(depth):
        last = index == depth - 1
        named[f"l{index}"] = layer(width, units, bidirectional=bidirectional, sequences=sequences or not last)
        if not last:
            named[f"drop{index}"] = nn.Dropout(dropout)
        width = 2 * units if bidirectional else units
    return named


class LSTM(aligned.LSTM):
    """A level of ``recurrent_stack``."""

    def __init__(self, width, units, bidirectional=False, sequences=True):
        super().__init__(width, units, batch_first=True, bidirectional=bidirectional)
        self.sequences = sequences

    def forward(self, x: Tensor) -> Tensor:
        steps = self.steps(x, self._flat_weights, self.bidirectional)
        return steps if self.sequences else ends(steps, self.hidden_size)

    def steps(self, x: Tensor, weights: list[Tensor], bidirectional: bool) -> Tensor:
        zeros = x.new_zeros([2 if bidirectional else 1, x.size(0), self.hidden_size])
        return torch.lstm(x, [zeros, zeros], weights, True, 1, 0.0, self.training, bidirectional, True)[0]


class RNN(aligned.RNN):
    """A level of ``recurrent_stack``."""

    def __init__(self, width, units, bidirectional=False, sequences=True):
        super().__init__(width, units, batch_first=True, bidirectional=bidirectional)
        self.sequences = sequences

    def forward(self, x: Tensor) -> Tensor:
        zeros = x.new_zeros([2 if self.bidirectional else 1, x.size(0), self.hidden_size])
        weights = self._flat_weights
        steps = torch.rnn_tanh(x, zeros, weights, True, 1, 0.0, self.training, self.bidirectional, True)[0]
        return steps if self.sequences else ends(steps, self.hidden_size)


class GRU(nn.GRU):
    """A level of ``recurrent_stack``; the reset gate acts after the recurrent product."""

    def __init__(self, width, units, bidirectional=False, sequences=True):
        super().__init__(width, units, batch_first=True, bidirectional=bidirectional)
        self.sequences = sequences

    def forward(self, x: Tensor) -> Tensor:
        zeros = x.new_zeros([2 if self.bidirectional else 1, x.size(0), self.hidden_size])
        weights = self._flat_weights
        steps = torch.gru(x, zeros, weights, True, 1, 0.0, self.training, self.bidirectional, True)[0]
        return steps if self.sequences else ends(steps, self.hidden_size)


class ResetBeforeGRU(nn.GRU):
    """A one-way level of ``recurrent_stack``; the reset gate acts before the recurrent product, as first published.

    rule: gru-reset-before
    """

    reset_after = False

    def __init__(self, width, units, bidirectional=False, sequences=True):
        super().__init__(width, units, batch_first=True, bidirectional=bidirectional)
        self.sequences = sequences

    def reset_parameters(self):
        self.bias_hh_l0 = None
        super().reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        gates = nn.functional.linear(x, self.weight_ih_l0, self.bias_ih_l0)
        zeros = x.new_zeros([x.size(0), self.hidden_size])
        steps = reset_before_steps(gates, zeros, self.weight_hh_l0)
        return steps if self.sequences else ends(steps, self.hidden_size)


@torch.jit.script_if_tracing
def reset_before_steps(gates: Tensor, hidden: Tensor, weight: Tensor) -> Tensor:
    """Gates (B, L, 3H) in the order reset, update, candidate -> states (B, L, H)."""
    units = hidden.size(1)
    steps = []
    for index in range(gates.size(1)):
        step = gates[:, index]
        reset, update = torch.sigmoid(step[:, : 2 * units] + hidden @ weight[: 2 * units].t()).chunk(2, 1)
        candidate = torch.tanh(step[:, 2 * units :] + (reset * hidden) @ weight[2 * units :].t())
        hidden = update * hidden + (1 - update) * candidate
        steps.append(hidden)
    return torch.stack(steps, 1)


def ends(steps: Tensor, units: int) -> Tensor:
    """Steps (B, L, H or 2H) -> the last step of the forward half, the first of the backward half."""
    return torch.cat([steps[:, -1, :units], steps[:, 0, units:]], 1)


class MaskedLSTMStack(nn.Sequential):
    """``recurrent_stack`` of LSTM levels over sequences (B, L, D) that end at their own ``lengths`` (B,)."""

    def __init__(self, width, units, depth, dropout, bidirectional=False, sequences=False):
        super().__init__(levels(MaskedLSTM, width, units, depth, dropout, bidirectional, sequences))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        for level in self:
            x = level(x, lengths) if hasattr(level, "hidden_size") else level(x)
        return x


class MaskedLSTM(LSTM):
    """A level of ``MaskedLSTMStack``, zero beyond the length of each sample and for an empty one."""

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        as_graph = torch.jit.is_scripting() or exporting()
        steps = self.gathered(x, lengths) if as_graph else self.packed(x, lengths)
        if self.sequences:
            return steps
        last = (lengths.clamp(min=1) - 1)[:, None, None].expand(-1, 1, self.hidden_size)
        return torch.cat([steps[:, :, : self.hidden_size].gather(1, last)[:, 0], steps[:, 0, self.hidden_size :]], 1)

    @torch.jit.unused
    def packed(self, x: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(x, lengths.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False)
        steps = nn.LSTM.forward(self, packed)[0]
        steps = pad_packed_sequence(steps, batch_first=True, total_length=x.size(1))[0]
        return steps * (lengths > 0).to(x.dtype)[:, None, None]

    def gathered(self, x: Tensor, lengths: Tensor) -> Tensor:
        """The result of ``packed`` without packing, which exporters refuse."""
        position = torch.arange(x.size(1), device=x.device)[None]
        inside = position < lengths[:, None]
        steps = self.steps(x, self._flat_weights[:4], False)
        if self.bidirectional:
            mirror = torch.where(inside, lengths[:, None] - 1 - position, position)[:, :, None]
            mirrored = x.gather(1, mirror.expand(-1, -1, x.size(2)))
            backward = self.steps(mirrored, self._flat_weights[4:], False)
            steps = torch.cat([steps, backward.gather(1, mirror.expand(-1, -1, self.hidden_size))], 2)
        return steps * inside.to(x.dtype)[:, :, None]


@torch.jit.unused
def exporting() -> bool:
    """Whether an exporter is reading the model as a graph."""
    return torch.onnx.is_in_onnx_export() or torch.compiler.is_exporting()
