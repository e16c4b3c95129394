"""Recurrent layers: functions and gates inside, directions, padding, and which steps are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parity.hypotheses.activations import HARD_FORM, OTHER_ACTIVATION
from parity.hypotheses.suspect import Suspect
from parity.matching import RECURRENT
from parity.recording import Event, Trial

INSIDE: Mapping[str, str] = {"activation": "tanh", "recurrent_activation": "sigmoid"}
"""The functions inside a recurrent layer of PyTorch."""
LAYERS_BEFORE = (1, 2, 3)
"""From whose states a decoder may begin, the last one first."""


def recurrence(suspect: Suspect) -> Iterator[Trial]:
    """What is inside, then the way through time, then what is read."""
    if suspect.keras.kind not in RECURRENT:
        return
    yield from _nonlinearity(suspect)
    yield from _reset_gate(suspect)
    if suspect.keras.attributes.get("bidirectional"):
        yield Trial("bidirectional-order", "swap halves")
    if suspect.lengths is not None:
        yield Trial("recurrent-mask", "masked", {"lengths": suspect.lengths})
    yield from _functions_inside(suspect)
    yield Trial("recurrent-state-order", "states exchanged")
    yield Trial("recurrent-initial-state", "without states")
    yield from (Trial("recurrent-initial-state", "states of layer", {"layer": layer}) for layer in (-1, 0))
    yield from (Trial("recurrent-initial-state", "with state", {"value": value}) for value in suspect.inputs[1:])
    if len(suspect.keras.sources) > 1:
        yield from (Trial("recurrent-initial-state", "with states of", {"back": back}) for back in LAYERS_BEFORE)
    yield Trial("recurrent-batch-first", "batch first")
    yield Trial("recurrent-backwards-order", "reverse time")
    yield Trial("recurrent-backwards-order", "reverse input")
    for options in ({}, {"last": True}, {"ends": True}):
        yield Trial(_reading_rule(suspect), "steps", options)


def _nonlinearity(suspect: Suspect) -> Iterator[Trial]:
    form = suspect.keras.attributes.get("activation")
    if suspect.keras.kind == "rnn" and form in ("tanh", "relu"):
        yield Trial(OTHER_ACTIVATION, "set", {"nonlinearity": form, "mode": f"RNN_{form.upper()}"})


def _reset_gate(suspect: Suspect) -> Iterator[Trial]:
    """A GRU resets its state before or after the product with the recurrent kernel."""
    if suspect.keras.kind != "gru":
        return
    ours, theirs = (event.attributes.get("reset_after", True) for event in (suspect.keras, suspect.torch))
    if not ours or not theirs:
        yield Trial("gru-reset-before", "recur", {"layers": _layers(suspect)})


def _functions_inside(suspect: Suspect) -> Iterator[Trial]:
    forms = [form for layer, _ in suspect.stack for form in _unlike(layer).values()]
    if forms:
        rule = HARD_FORM if "hard_sigmoid" in forms else OTHER_ACTIVATION
        yield Trial(rule, "recur", {"layers": _layers(suspect)})


def _layers(suspect: Suspect) -> tuple[dict[str, Any], ...]:
    """What Keras has in place of the one layer of PyTorch, as a trial is told."""
    return tuple({"kind": _cell(layer), "weights": dict(own), **_unlike(layer)} for layer, own in suspect.stack)


def _cell(layer: Event) -> str:
    return layer.kind if layer.attributes.get("reset_after", True) else "gru_reset_before"


def _unlike(layer: Event) -> dict[str, str]:
    """Functions inside that PyTorch's layer has not."""
    return {name: form for name, form in layer.attributes.items() if name in INSIDE and form != INSIDE[name]}


def _reading_rule(suspect: Suspect) -> str:
    """Why the steps that are read can be others."""
    if suspect.lengths is not None:
        return "recurrent-mask"
    return "bidirectional-last-step" if suspect.keras.attributes.get("bidirectional") else "recurrent-last-step"


def direction_turned(keras: Event, event: Event) -> Iterator[Trial]:
    """One of two layers that are one bidirectional layer of Keras gives its steps from the other end."""
    if keras.attributes.get("bidirectional") and keras.kind == event.kind:
        rule = "recurrent-backwards-order" if len(keras.shape) == len(event.shape) else "bidirectional-last-step"
        yield from (Trial(rule, action) for action in ("steps turned", "reverse time", "reverse input"))


def flipped(suspect: Suspect) -> Iterator[Trial]:
    """Turned round along another axis: the samples, or the features, instead of the steps."""
    if suspect.torch.kind == "flip":
        recurrent = set(suspect.neighbours) & RECURRENT
        rule = "recurrent-backwards-order" if recurrent else "permute-axes"
        yield from (Trial(rule, "flipped", {"axis": axis}) for axis in range(len(suspect.torch.shape)))
