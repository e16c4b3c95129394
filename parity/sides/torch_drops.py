"""What a Torch model drops at random, and which numbers share a draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

MODULES: Mapping[type[nn.Module], str] = {
    nn.Dropout: "dropout",
    nn.Dropout1d: "dropout1d",
    nn.Dropout2d: "dropout2d",
    nn.Dropout3d: "dropout3d",
    nn.AlphaDropout: "alpha_dropout",
    nn.FeatureAlphaDropout: "feature_alpha_dropout",
}
"""Layers that drop, and the function of each."""
FUNCTIONS: Mapping[str, Callable[..., Any]] = {name: getattr(F, name) for name in MODULES.values()}
INSIDE = (nn.RNNBase, nn.MultiheadAttention)
"""Layers that drop between the layers of a stack, or of the weights of an attention."""
ATTEND = F.scaled_dot_product_attention
"""Drops of the weights that it makes."""
_BEHIND_VALUES = ("attn_mask", "dropout_p", "is_causal")
UNBATCHED: Mapping[str, int] = {"dropout1d": 2, "dropout3d": 4}
"""So many axes have an input that is taken for one sample alone."""


class Rates:
    """With which rates the layers of a model drop inside, before it runs without that.

    Args:
        attending: of its attentions by a function, in execution order.
    """

    def __init__(self, model: nn.Module, attending: Sequence[float]) -> None:
        inner = {path: module for path, module in model.named_modules() if isinstance(module, INSIDE)}
        self._layers = {path: float(module.dropout) for path, module in inner.items()}
        self._attending, self._calls = attending, 0

    def of(self, path: str) -> float:
        """The rate of a layer; zero for any that drops nothing inside."""
        return self._layers.get(path, 0.0)

    def next(self) -> float:
        """The rate of the next attention by a function."""
        self._calls += 1
        return self._attending[self._calls - 1] if self._calls <= len(self._attending) else 0.0


def function_of(module: nn.Module) -> str:
    """The name of the function that a layer applies; "" for one that drops nothing."""
    return next((name for kind, name in MODULES.items() if isinstance(module, kind)), "")


def rate_of(args: tuple[Any, ...], options: Mapping[str, Any]) -> float:
    """The rate that such a function was called with; each has 0.5 by default."""
    return float(options.get("p", args[1] if len(args) > 1 else 0.5))


def attend_whole(*args: Any, **options: Any) -> tuple[torch.Tensor, float]:
    """What ``ATTEND`` makes where it drops nothing, and the rate that it was called with."""
    named = dict(zip(_BEHIND_VALUES, args[3:], strict=False)) | options
    rate = named.get("dropout_p", 0.0)
    return ATTEND(*args[:3], **named | {"dropout_p": 0.0} if rate else named), rate


def facts_of(name: str, rate: float, x: torch.Tensor) -> tuple[str, dict[str, Any]]:
    """Kind and neutral attributes of a function on ``x``: its rate, and sizes of the axes of one draw."""
    kind = "alpha_dropout" if "alpha" in name else "dropout"
    by_channel = name not in ("dropout", "alpha_dropout")
    axes = x.shape[1 if x.dim() == UNBATCHED.get(name) else 2 :] if by_channel else ()
    return kind, {"rate": rate, "shared": tuple(sorted(size for size in axes if size > 1)), "numbers": x.numel()}
