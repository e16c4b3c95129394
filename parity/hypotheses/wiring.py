"""Wiring: what an operation is handed, in which order branches meet, and how hand-written code calls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from math import prod

import numpy as np
from numpy.typing import NDArray

from parity.hypotheses.activations import other_axes, other_gelu
from parity.hypotheses.attention import PRODUCTS, products
from parity.hypotheses.factors import WAVES
from parity.hypotheses.kinds import JOINED_BY_ORDER, JOINING, PREPARING, SOFTMAXES
from parity.hypotheses.norms import along_other_axes
from parity.hypotheses.suspect import Suspect
from parity.hypotheses.windows import (
    is_causal,
    other_extent,
    other_frames,
    other_image,
    other_reading,
    over_another_axis,
)
from parity.kinds import SPREADS
from parity.matching import ACTIVATIONS, POOLS, RECURRENT
from parity.recording import Event, Trial

TRANSFORMER_NORMS = ("layer_norm", "rms_norm")
HANDED_ON = ("bidirectional-last-step", "recurrent-last-step", "recurrent-masked-output")
"""Another state of a recurrence was read; the same numbers in another order are no other state."""
SPECTRA = ("stft", "spectrogram")
CENTRED = "spectrogram-center"
SHUFFLES = ("pixel_shuffle", "pixel_unshuffle")
TERMS = ("add", "multiply", "maximum", "minimum")
MEAN = "average"
"""Of branches, in Keras; PyTorch has none."""


def joined(suspect: Suspect) -> Iterator[Trial]:
    """The same branches, joined in another order; Keras may do it inside a layer of the user's own."""
    kinds = {suspect.keras.kind, suspect.torch.kind}
    if not JOINED_BY_ORDER & kinds or suspect.value is None:
        return
    yield Trial("concat-order", "joined like", {"reference": suspect.value})
    if suspect.torch.kind == "concatenate":
        yield Trial("concat-order", "joined in turn", {"reference": suspect.value})
    waves = {event.kind for event in suspect.before_torch} >= WAVES
    yield Trial("position-table" if waves else "reshape-order", "joined by turns", {"reference": suspect.value})


def joined_otherwise(suspect: Suspect) -> Iterator[Trial]:
    """A sum of branches for a product of them, or another way to join as many."""
    keras, torch = suspect.keras, suspect.torch
    several = min(len(keras.sources), len(torch.sources)) > 1
    if several and keras.kind in (*TERMS, MEAN) and torch.kind in TERMS and keras.kind != torch.kind:
        yield Trial("join-other", "joined by", {"kind": keras.kind})


def another_term(suspect: Suspect) -> Iterator[Trial]:
    """One branch more, or one fewer, in a sum or product of several."""
    kind = suspect.keras.kind if suspect.keras.kind in TERMS else suspect.torch.kind
    if kind not in TERMS or len(suspect.keras.sources) < 2:
        return
    for value in suspect.inputs:
        yield Trial("branch-missing", "with term", {"kind": kind, "value": value})


def handed(suspect: Suspect) -> Iterator[Trial]:
    """The operation is right, but it was handed something else."""
    if suspect.inputs:
        yield from _to_layer(suspect) if suspect.weights else _to_function(suspect)


def _to_function(suspect: Suspect) -> Iterator[Trial]:
    keras, feed = suspect.keras, {"value": suspect.inputs[0]}
    yield from _related(suspect)
    if suspect.straight and PREPARING & set(suspect.neighbours) and keras.kind != "softmax":
        yield Trial("preprocessing-inside", "feed", feed)
    if _other_branches(suspect):
        yield Trial("branch-missing", "feed", feed)
    elif any(source >= 0 for source in keras.sources) and (keras.kind in ACTIVATIONS or suspect.other_sources):
        yield Trial("wiring-other", "feed", feed)
    if len(keras.sources) > 1:
        yield from _other_branch(suspect)


def _related(suspect: Suspect) -> Iterator[Trial]:
    """The reference's inputs, where one's own are the same numbers in another order, a short type, or another crop."""
    values = {"values": suspect.inputs}
    yield Trial(_order_rule(suspect), "reordered", values)
    yield Trial("reshape-order", "across samples", values)
    yield Trial("reshape-order", "in other sequences", {"value": suspect.inputs[0]})
    yield Trial("dtype-policy", "lengthened", values)
    yield Trial("causal-padding" if _is_cut_of_causal(suspect) else "crop-place", "cropped", values)
    extent = CENTRED if _is_of_a_spectrum(suspect) else "crop-place"
    yield Trial(extent, "more or less of it", {"value": suspect.inputs[0]})
    if suspect.maps and suspect.value is not None:
        yield Trial("crop-place", "another window", {**values, "maps": suspect.maps, "reference": suspect.value})


def _is_cut_of_causal(suspect: Suspect) -> bool:
    """A causal convolution that pads at both ends in PyTorch, and is cut afterwards."""
    longer = any("conv" in event.kind and event.shape != suspect.torch.shape for event in suspect.before_torch)
    return longer and any(is_causal(event) for event in suspect.before_keras)


def _is_of_a_spectrum(suspect: Suspect) -> bool:
    """Its steps are the frames of a signal."""
    ours = any(word in kind for kind in suspect.neighbours for word in SPECTRA)
    return ours or suspect.written >= {"unfold", "zero_padding"}


def _order_rule(suspect: Suspect) -> str:
    """Where patches are cut from an image, their features are listed; everywhere else axes are."""
    if any(event.kind in SHUFFLES for event in suspect.before):
        return "pixel-shuffle-order"
    channels = [event.shape[-1] for event in suspect.before_keras if len(event.shape) == 4]
    features = suspect.inputs[0].shape[-1]
    cut = any(event.kind == "unfold" for event in suspect.before_torch)
    listed = suspect.inputs[0].ndim == 3 and features not in channels and bool(suspect.weights)
    return "patch-feature-order" if cut or (listed and suspect.straight) else "reshape-order"


def _other_branch(suspect: Suspect) -> Iterator[Trial]:
    """One of the values that are joined is another, or is not what a layer makes of it that only Keras has."""
    places = range(max(len(suspect.torch.sources), len(suspect.keras.sources)))
    for place in places:
        for value in suspect.unmatched:
            yield Trial("layer-missing", "feed one", {"place": place, "value": value})
    for place in places:
        for value in suspect.inputs:
            yield Trial("wiring-other", "feed one", {"place": place, "value": value})
            if suspect.torch.kind in PRODUCTS and value.ndim == 3 and len(suspect.torch.shape) == 4:
                yield Trial("wiring-other", "feed one", {"place": place, "value": value, "heads": True})


def _to_layer(suspect: Suspect) -> Iterator[Trial]:
    entering = suspect.entering or suspect.inputs[:1]
    feed = ("feed each", {"values": entering}) if suspect.entering else ("feed", {"value": entering[0]})
    rearranged, related = _rearranged(suspect), list(_related(replace(suspect, inputs=entering)))
    if any(event.attributes.get("bidirectional") for event in suspect.before):
        yield Trial("bidirectional-order", "swap input")
    if rearranged in HANDED_ON:
        yield from related[:2]
    if rearranged:
        yield Trial(rearranged, *feed)
    yield from related
    yield from _of_steps(suspect, entering[0])
    if suspect.straight and _prepared(suspect.before_keras) != _prepared(suspect.before_torch):
        yield Trial("preprocessing-inside", *feed)
    yield Trial("scale-other", "input scaled", {"value": entering[0]})
    if _other_norm(suspect):
        yield Trial("attention-norm-position", *feed)
    last = "branch-missing" if _other_branches(suspect) else "wiring-other"
    yield Trial(last, *feed)
    if "conv" in suspect.keras.kind and any(event.kind == "zero_padding" for event in suspect.before):
        yield Trial(last, "feed convolution", other_image(suspect))


def _of_steps(suspect: Suspect, value: NDArray) -> Iterator[Trial]:
    """It is handed one step of a sequence, and Keras another one, or a pool of them."""
    for steps, pooled in suspect.steps if value.ndim == 2 else ():
        rule = "pool-other" if pooled else "recurrent-last-step"
        yield Trial(rule, "instead of a step", {"steps": steps, "value": value})


def _other_norm(suspect: Suspect) -> bool:
    """In a transformer block, it is handed the value in front of a norm or behind it; all of its projections are.

    A depthwise convolution is none of the parts that such a block has a norm for.
    """
    if suspect.keras.kind.startswith("depthwise"):
        return False
    one_value = all(np.array_equal(value, suspect.entering[0]) for value in suspect.entering)
    return suspect.other_sources and one_value and any(event.kind in TRANSFORMER_NORMS for event in suspect.before)


def _rearranged(suspect: Suspect) -> str | None:
    """The rule for numbers that arrive in another order, or from another step of time."""
    recurrent = next((event for event in suspect.before_keras if "returns" in event.attributes), None)
    if recurrent and recurrent.attributes["returns"] == "state":
        return _last_step_rule(suspect, recurrent)
    if _lists_otherwise(suspect) or _flattens(suspect):
        return "patch-feature-order" if _lists_patches(suspect) else "flatten-order"
    flat = any(len(event.shape) == 2 for event in suspect.before_keras)
    return "reshape-order" if flat and suspect.inputs[0].ndim >= 4 else None


def _lists_otherwise(suspect: Suspect) -> bool:
    """Its features list the values of an image, of three axes in Keras, or channels first."""
    ours, theirs = suspect.keras.flattened, suspect.torch.flattened
    return (ours is not None and len(ours.sizes) > 2) or (theirs is not None and not theirs.in_order)


def _lists_patches(suspect: Suspect) -> bool:
    """Of every token, the features list rows, columns and channels."""
    listing = suspect.keras.flattened or suspect.torch.flattened
    return listing is not None and len(listing.sizes) > 2 and suspect.inputs[0].ndim > 2


def _last_step_rule(suspect: Suspect, recurrent: Event) -> str:
    """Why the state behind a recurrence can be another one."""
    if recurrent.attributes.get("bidirectional"):
        return "bidirectional-last-step"
    return "recurrent-masked-output" if suspect.lengths is not None else "recurrent-last-step"


def _flattens(suspect: Suspect) -> bool:
    """Its features are all values of an image."""
    features = suspect.inputs[0].shape[1:]
    images = [event.shape[1:] for event in suspect.before_keras if len(event.shape) == 4]
    return len(features) == 1 and any(prod(image) == features[0] != image[-1] for image in images)


def _other_branches(suspect: Suspect) -> bool:
    """One side joins branches in front of the operation, the other does not, and does not do so elsewhere."""
    ours, theirs = (set(joining(events)) for events in (suspect.before_keras, suspect.before_torch))
    return ours != theirs and not suspect.joins_alike


def joining(events: Sequence[Event]) -> Counter[str]:
    """How often branches are joined, by the way that is done."""
    return Counter(event.kind for event in events if event.kind in JOINING and len(event.sources) > 1)


def _prepared(events: Sequence[Event]) -> bool:
    """These operations come straight from the input and only move or scale it."""
    return bool(events) and all(event.kind in PREPARING for event in events)


def _other_orders() -> Iterator[Trial]:
    """What hand-written code joins, in another order; parts of three can stand in five of them."""
    yield Trial("concat-order", "joined in order", {"order": (1, 0)})
    for order in list(permutations(range(3)))[1:]:
        yield Trial("concat-order", "joined in order", {"order": order})


def wired(event: Event) -> list[Trial]:
    """Other ways to call an operation inside hand-written code."""
    found = []
    if event.kind in ("attention", "multi_head_attention", "masked_fill", "where"):
        found.append(Trial("attention-mask-polarity", "invert masks"))
    if event.kind == "multi_head_attention":
        found.append(Trial("attention-batch-first", "batch first"))
    if event.kind in SOFTMAXES:
        found += other_axes(event)
    if event.kind in ("softmax", "attention", "multi_head_attention"):
        found.append(Trial("attention-causal", "causal"))
    if event.kind in PRODUCTS:
        found += products()
    if event.kind in SPREADS:
        found.append(Trial("variance-correction", "other correction"))
    if event.kind in POOLS:
        found += other_reading()
    if event.kind in RECURRENT and event.attributes.get("bidirectional"):
        found.append(Trial("bidirectional-last-step", "ends last"))
    found += [*over_another_axis(event), *other_extent(event), *along_other_axes(event), *other_frames(event)]
    if event.kind == "exp":  # a deviation from the logarithm of a variance, or the other way round
        found += [Trial("scale-other", "input times", {"factor": factor}) for factor in (0.5, 2.0)]
    if event.kind == "multiply":  # by numbers that count: one side begins with 0, the other one with 1
        found += [Trial("position-offset", "counted from", {"by": by}) for by in (1, -1)]
    if event.kind in JOINED_BY_ORDER:
        found += _other_orders()
    if event.kind in TERMS[:2] and len(event.shape) > 3:  # a grid of places, by rows or by columns
        found += [Trial("position-table", "grid turned", {"ends": ends}) for ends in (False, True)]
    if event.kind == "gelu":
        found.append(other_gelu(event))
    return found
