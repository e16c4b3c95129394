"""What to change on either side so that a cause goes away: in the pair's own numbers where they are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parity.hypotheses.attention import PRODUCTS
from parity.hypotheses.kinds import APPLIED, ELEMENTWISE, NORMS
from parity.kinds import MIXING
from parity.recording import Event, Layer
from parity.rules.book import RULES

Place = Event | Layer

# rule -> attribute, and how each side is told its value
NUMBERS: Mapping[str, tuple[str, str, str]] = {
    "activation-parameter": ("alpha", "alpha={}", "alpha={}"),
    "dropout-rate": ("rate", "Dropout({})", "nn.Dropout({})"),
    "leaky-slope": ("slope", "negative_slope={}", "negative_slope={}"),
    "norm-axis": ("groups", "groups={}", "num_groups={}"),
    "norm-epsilon": ("epsilon", "epsilon={}", "eps={}"),
    "norm-rms-epsilon": ("epsilon", "epsilon={}", "eps={}"),
    "pool-ceil-mode": ("ceil", "a layer that keeps the last window: {}", "ceil_mode={}"),
    "stride-other-conv": ("stride", "strides={}", "stride={}"),
}

DROPPING_INSIDE = "dropout={}"
"""The argument of an attention or a recurrence."""
HEADS = (
    "Reshape((steps, heads, width)), then Permute((2, 1, 3)), and back in that order",
    "view(b, steps, heads, width).transpose(1, 2), and transpose(1, 2).reshape(b, steps, -1) behind it",
)
"""How the heads of an attention are cut, where a plain view cut them."""

OVER_AXES = (
    "the axis that the other side has: a kernel is stored as (..., inputs, outputs), features are the last axis",
    "the axis that the other side has: a kernel is stored as (outputs, inputs, ...), tokens end in features",
)
"""Where vectors or kernels of length one, or standardised ones, are made along another axis."""

OWN_EACH = (
    "as many layers as the other side has modules, each called once",
    "as many modules as the other side has layers; [block] * n is one block, called n times",
)
"""Where one layer is called again, and the other side has one for every call."""

ADD_NORM = ("normalise here as the other side does", "leave this norm out")
"""Where one side normalises and the other does not."""

SIZES = ("units", "filters", "kernel", "groups", "multiplier", "entries", "width", "heads")


def fix_of(rule: str, keras: Place, torch: Place, by_kind: bool = True) -> str:
    """One sentence for each side: give it what the other has.

    Args:
        rule: that knows the difference.
        keras, torch: where it is.
        by_kind: the kinds of the two operations say what they are; else several others may be meant.
    """
    own = _values(rule, keras, torch) if by_kind else None
    in_keras, in_torch = own or (RULES[rule].fix_keras, RULES[rule].fix_torch)
    return f"in torch{_at(torch)}: {in_torch.rstrip('.')}; or in keras{_at(keras)}: {in_keras.rstrip('.')}."


def _values(rule: str, keras: Place, torch: Place) -> tuple[str, str] | None:
    if rule == "activation-other":
        return _activations(keras.kind, torch.kind)
    if rule == "bias-missing":
        return ("use_bias=True", "bias=False") if torch.attributes.get("bias") else ("use_bias=False", "bias=True")
    if rule == "reshape-order" and torch.kind in PRODUCTS:
        return HEADS
    if rule == "norm-axis" and torch.kind in MIXING | {"matmul", "normalize"}:
        return OVER_AXES
    if rule == "tied-weights":
        return OWN_EACH
    if rule == "norm-other" and (torch.kind in NORMS) != (keras.kind in NORMS):
        return ADD_NORM if torch.kind in NORMS else ADD_NORM[::-1]
    if keras.kind != torch.kind and rule != "leaky-slope":
        return None
    if rule == "relu-threshold":
        return _bounds(keras.attributes.get("max_value"), torch.attributes.get("max_value"))
    if rule == "layer-width":
        return _sizes(keras.attributes, torch.attributes)
    if rule == "norm-momentum":
        return _momenta(keras.attributes.get("momentum"), torch.attributes.get("momentum"))
    name, *forms = NUMBERS.get(rule, ("", "", ""))
    absent = 0.0 if rule == "leaky-slope" else None  # a plain rectifier has no slope to state
    ours, theirs = (side.attributes.get(name, absent) for side in (keras, torch))
    if ours is None or theirs is None or ours == theirs:
        return None
    if rule == "dropout-rate":
        sides = zip((keras, torch), forms, strict=True)
        forms = [DROPPING_INSIDE if _is_inside(side) else form for side, form in sides]
    return forms[0].format(theirs), forms[1].format(ours)


def _is_inside(side: Place) -> bool:
    """It drops inside a layer, which takes the rate as an argument."""
    return side.attributes.get("shared", ()) is None


def _activations(keras: str, torch: str) -> tuple[str, str] | None:
    """What each side applies; an operation that is no activation stands beside the place where one is missing."""
    ours, theirs = (kind in APPLIED | ELEMENTWISE for kind in (keras, torch))
    if ours and theirs:
        return (f"{torch} in place of {keras}", f"{keras} in place of {torch}") if keras != torch else None
    if ours:
        return f"leave {keras} out", f"add {keras}"
    return (f"add {torch}", f"leave {torch} out") if theirs else None


def _sizes(keras: Mapping[str, Any], torch: Mapping[str, Any]) -> tuple[str, str] | None:
    """Every size that differs, in the neutral words of a report."""
    unlike = [name for name in SIZES if name in keras and name in torch and keras[name] != torch[name]]
    in_keras, in_torch = (", ".join(f"{name} {side[name]}" for name in unlike) for side in (torch, keras))
    return (in_keras, in_torch) if unlike else None


def _momenta(keras: float | None, torch: float | None) -> tuple[str, str] | None:
    """Both are told as PyTorch counts: the weight of the new batch."""
    if keras is None or torch is None:
        return None
    return f"momentum={round(1 - torch, 12)}", f"momentum={keras}"


def _bounds(keras: float | None, torch: float | None) -> tuple[str, str] | None:
    """Where rectifiers end."""
    if keras == torch:
        return None
    return f"ReLU(max_value={torch})", "nn.ReLU()" if keras is None else f"torch.clamp(x, 0, {keras})"


def _at(place: Any) -> str:
    return f" ({place.path})" if place.path else ""
