"""Kinds of operations that the same suspicions fall on."""

from __future__ import annotations

from parity.matching import ACTIVATIONS

SOFTMAXES = frozenset({"softmax", "log_softmax"})
APPLIED = ACTIVATIONS | SOFTMAXES
"""Functions of one value, which a trial can put in each other's place."""
NORMS = frozenset({"batch_norm", "layer_norm", "group_norm", "rms_norm", "instance_norm"})
FACTORS = frozenset({"multiply", "divide", "rescaling"})
JOINING = frozenset({"add", "subtract", "multiply", "concatenate", "maximum", "minimum", "average"})
JOINED_BY_ORDER = frozenset({"concatenate", "stack"})
ELEMENTWISE = frozenset(
    {"clamp", "clip", "abs", "absolute", "exp", "exponential", "square", "sqrt", "log", "log1p", "expm1", "erf"}
)
"""Functions of single numbers that are no activation by name, and stand where one does."""
PREPARING = frozenset({"rescaling", "normalization", "divide", "multiply", "subtract", "resizing"})
STRAIGHT = PREPARING | {"zero_padding", "concatenate", "stack", "add", "upsample", "clip", "clamp", "center_crop"}
"""What may stand between an input of the model and the operation that prepares it."""
