"""PyTorch layers that take Keras's meaning where the stock layer has no switch for it.

Each class names the rule (``parity explain RULE``) that it follows. ``keras_impl.layers.aligned`` holds
the layers for which Keras gives way.
"""

import torch
from torch import nn


class LSTM(nn.LSTM):
    """``nn.LSTM`` with the one bias of the formula: the second stays at zero and is not trained.

    Two trained biases have the same gradient, so their sum would move twice as fast.

    rule: recurrent-two-biases
    """

    def reset_parameters(self):
        super().reset_parameters()
        freeze_second_bias(self)


class RNN(nn.RNN):
    """``nn.RNN`` with the one bias of the formula, as in ``LSTM``.

    rule: recurrent-two-biases
    """

    def reset_parameters(self):
        super().reset_parameters()
        freeze_second_bias(self)


def freeze_second_bias(layer):
    for name, parameter in layer.named_parameters():
        if name.startswith("bias_hh"):
            nn.init.zeros_(parameter)
            parameter.requires_grad_(False)


class GaussianNoise(nn.Module):
    """Add normal noise of standard deviation ``stddev`` while training (Keras has this layer, PyTorch has none)."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x


class StochasticDepth(nn.Dropout):
    """Dropout of whole samples (B, ...) -> same shape: one draw (B, 1, 1, 1) decides for all of an image.

    rule: dropout-stochastic-depth
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0.0:
            return x
        kept = torch.ones([x.shape[0], 1, 1, 1], dtype=x.dtype, device=x.device)
        return x * nn.functional.dropout(kept, self.p, True)


class ReversibleEmbedding(nn.Embedding):
    """``nn.Embedding`` that can be read backwards: states (B, L, D) -> logits (B, L, V) by the same weights.

    Keras has this layer; in PyTorch a second module would list the shared tensor under a second name.

    rule: tied-weights
    """

    def forward(self, input: torch.Tensor, reverse: bool = False) -> torch.Tensor:
        return nn.functional.linear(input, self.weight) if reverse else nn.functional.embedding(input, self.weight)
