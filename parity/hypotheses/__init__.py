"""What could make two matched operations differ, and how to take each suspicion away on the Torch side.

A suspicion is tried only where its rule can apply. One file per theme; each source looks at a ``Suspect`` and yields
trials. ``SOURCES`` has them in the order that decides which cause wins where several trials bring the value back.
"""

from __future__ import annotations

from parity.hypotheses.activations import OTHER_ACTIVATION, Graph, activation, wrapped_gelu
from parity.hypotheses.attention import (
    PRODUCTS,
    RESULT_TURNED,
    attention,
    hidden_alike,
    masked,
    repeated,
    scores,
    turned_factor,
)
from parity.hypotheses.colours import grey, prepared
from parity.hypotheses.factors import constants, factor, power
from parity.hypotheses.kernels import kernel_made, kernels_before
from parity.hypotheses.kinds import FACTORS, STRAIGHT
from parity.hypotheses.layers import (
    attributes,
    bias,
    float_type,
    loaded_weights,
    other_axis_of_sequence,
    packed_bias,
    tied,
)
from parity.hypotheses.norms import gain, norm, norm_by_hand, response, unit_length
from parity.hypotheses.one_sided import all_extra, extra, missing
from parity.hypotheses.padding import pooled_padding, weights_of_padding
from parity.hypotheses.positions import added, beside, frequencies, looked_up, multiplied
from parity.hypotheses.recurrences import direction_turned, flipped, recurrence
from parity.hypotheses.resizing import resized, sampled, shuffled
from parity.hypotheses.spreads import spread
from parity.hypotheses.suspect import Suspect
from parity.hypotheses.windows import border, framed, masked_mean, other_axis, other_pool, window
from parity.hypotheses.wiring import another_term, handed, joined, joined_otherwise, wired
from parity.recording import Trial

__all__ = [
    "FACTORS",
    "OTHER_ACTIVATION",
    "PRODUCTS",
    "RESULT_TURNED",
    "STRAIGHT",
    "Graph",
    "Suspect",
    "all_extra",
    "direction_turned",
    "extra",
    "kernels_before",
    "masked",
    "missing",
    "packed_bias",
    "trials",
    "wired",
]

SOURCES = (
    hidden_alike,
    float_type,
    attributes,
    activation,
    wrapped_gelu,
    window,
    border,
    framed,
    other_pool,
    other_axis,
    spread,
    grey,
    constants,
    prepared,
    shuffled,
    norm,
    response,
    norm_by_hand,
    gain,
    unit_length,
    kernel_made,
    loaded_weights,
    other_axis_of_sequence,
    tied,
    recurrence,
    flipped,
    attention,
    bias,
    joined,
    joined_otherwise,
    resized,
    sampled,
    looked_up,
    frequencies,
    scores,
    repeated,
    turned_factor,
    added,
    beside,
    masked_mean,
    weights_of_padding,
    pooled_padding,
    another_term,
    factor,
    power,
    multiplied,
    handed,
)


def trials(suspect: Suspect) -> tuple[Trial, ...]:
    """Every suspicion worth a try, the likeliest first."""
    return tuple(trial for source in SOURCES for trial in source(suspect))
