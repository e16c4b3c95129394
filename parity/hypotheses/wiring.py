"""Wiring: what an operation is handed, in which order branches meet, and how hand-written code calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from math import prod
from typing import Any

from parity.hypotheses.activations import other_axes, other_gelu
from parity.hypotheses.kinds import JOINING, NORMS, PREPARING, SOFTMAXES
from parity.hypotheses.suspect import Suspect
from parity.matching import ACTIVATIONS
from parity.recording import Event, Trial

ORDERS = 24
"""So many orders of concatenated branches are tried: all of four."""


def joined(suspect: Suspect) -> Iterator[Trial]:
    """The same branches, joined in another order."""
    if "concatenate" in (suspect.keras.kind, suspect.torch.kind):
        branches = range(max(2, len(suspect.keras.sources)))
        for order in [tuple(reversed(branches)), *islice(permutations(branches), 1, ORDERS)]:
            yield Trial("concat-order", "permuted", {"order": order})


def handed(suspect: Suspect) -> Iterator[Trial]:
    """The operation is right, but it was handed something else."""
    if suspect.inputs:
        yield from _to_layer(suspect) if suspect.weights else _to_function(suspect)


def _to_function(suspect: Suspect) -> Iterator[Trial]:
    keras, feed = suspect.keras, {"value": suspect.inputs[0]}
    if PREPARING & set(suspect.neighbours) and keras.kind != "softmax":
        yield Trial("preprocessing-inside", "feed", feed)
    if _other_branches(suspect):
        yield Trial("branch-missing", "feed", feed)
    elif keras.kind in ACTIVATIONS and any(source >= 0 for source in keras.sources):
        yield Trial("wiring-other", "feed", feed)


def _to_layer(suspect: Suspect) -> Iterator[Trial]:
    feed: dict[str, Any] = {"value": suspect.entering if suspect.entering is not None else suspect.inputs[0]}
    rearranged = _rearranged(suspect)
    if rearranged:
        yield Trial(rearranged, "feed", feed)
    if any(event.attributes.get("bidirectional") for event in suspect.before):
        yield Trial("bidirectional-order", "swap input")
    if _prepared(suspect.before_keras) != _prepared(suspect.before_torch):
        yield Trial("preprocessing-inside", "feed", feed)
    if suspect.other_sources and any(event.kind in NORMS for event in suspect.before):
        yield Trial("attention-norm-position", "feed", feed)
    yield Trial("branch-missing" if _other_branches(suspect) else "wiring-other", "feed", feed)


def _rearranged(suspect: Suspect) -> str | None:
    """The rule for numbers that arrive in another order, or from another step of time."""
    recurrent = next((event for event in suspect.before_keras if "returns" in event.attributes), None)
    if recurrent and recurrent.attributes["returns"] == "state":
        return _last_step_rule(suspect, recurrent)
    if suspect.keras.flattened or suspect.torch.flattened or _flattens(suspect):
        return "flatten-order"
    flat = any(len(event.shape) == 2 for event in suspect.before_keras)
    return "reshape-order" if flat and suspect.inputs[0].ndim >= 4 else None


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
    """One side joins branches in front of the operation, the other does not."""
    ours, theirs = ({e.kind for e in events} & JOINING for events in (suspect.before_keras, suspect.before_torch))
    return ours != theirs


def _prepared(events: Sequence[Event]) -> bool:
    """These operations come straight from the input and only move or scale it."""
    return bool(events) and all(event.kind in PREPARING for event in events)


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
    if event.kind == "matmul":
        found.append(Trial("attention-scale", "scaled scores"))
    if event.kind == "gelu":
        found.append(other_gelu(event))
    return found
