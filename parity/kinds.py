"""Kinds of operations, and which of them stand for each other."""

from __future__ import annotations

ACTIVATIONS = frozenset(
    [
        "relu",
        "gelu",
        "leaky_relu",
        "elu",
        "selu",
        "celu",
        "sigmoid",
        "tanh",
        "silu",
        "softplus",
        "softsign",
        "mish",
        "hard_sigmoid",
        "hard_silu",
        "hardtanh",
        "prelu",
        "activation",
        "log_sigmoid",
        "tanh_shrink",
        "soft_shrink",
        "hard_shrink",
        "squareplus",
        "threshold",
        "quick_gelu",
    ]
)
CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d"})
TRANSPOSED = frozenset({f"{kind}_transpose" for kind in CONVOLUTIONS})
MIXING = CONVOLUTIONS | {"dense"}
"""Each output channel is made of all input channels, or of those of its group."""
RECURRENT = frozenset({"lstm", "gru", "rnn"})
POOLS = frozenset({"max_pool", "average_pool", "adaptive_average_pool", "adaptive_max_pool", "mean", "max"})
MASKING = frozenset({"where", "masked_fill"})
SPREADS = ("std", "var", "std_mean", "var_mean")
STATISTICS = ("mean", *SPREADS)
"""What a norm that somebody wrote takes of its input."""


SYNONYMS = {"clamp": "clip", "absolute": "abs", "exponential": "exp"}
"""Kinds by another name."""


def family(kind: str) -> str:
    """Kinds that stand for each other when one was taken by mistake."""
    if kind in ACTIVATIONS:
        return "activation"
    if kind in MASKING:
        return "masking"
    return "pool" if kind in POOLS else kind
