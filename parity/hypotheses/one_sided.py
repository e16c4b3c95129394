"""Operations that only one side has: done on the other side too, or left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from numpy.typing import NDArray

from parity.hypotheses.activations import OTHER_ACTIVATION, Graph
from parity.hypotheses.kinds import APPLIED, ELEMENTWISE, FACTORS, JOINING, NORMS, PREPARING, SOFTMAXES
from parity.hypotheses.norms import normalizing
from parity.loaded import Weights
from parity.matching import ACTIVATIONS, POOLS
from parity.recording import Event, Trial

ONE_SIDED: Mapping[str, str] = {
    **dict.fromkeys(PREPARING, "preprocessing-inside"),
    **dict.fromkeys(NORMS, "norm-other"),
    **dict.fromkeys(POOLS, "pool-other"),
}
MISSING_RULES: Mapping[str, str] = {
    "softmax": "softmax-missing",
    "log_softmax": "softmax-missing",
    **ONE_SIDED,
}
EXTRA_RULES: Mapping[str, str] = {
    "softmax": "softmax-twice",
    "log_softmax": "softmax-twice",
    **ONE_SIDED,
}

INNER_RULES: Mapping[str, str] = {**ONE_SIDED, **dict.fromkeys(SOFTMAXES, OTHER_ACTIVATION)}
"""Inside a model, a softmax has nothing to do with the one of a loss."""


def missing(
    events: Sequence[Event],
    weights: Mapping[str, Weights],
    addends: Mapping[str, NDArray],
    given: NDArray | None = None,
    after: bool = False,
    stored: Collection[str] = (),
    straight: bool = True,
    maps: Sequence[Graph] = (),
) -> list[Trial]:
    """Keras does something that PyTorch does not: do it there too, in front of the layer or behind the last one.

    Args:
        events: what Keras does.
        weights: of the Keras layers, by path.
        addends: what operations of Keras add to every sample alike, by path.
        given: what the Keras layer behind them was given.
        after: behind the last operation, not in front of one.
        stored: layers of Keras with tensors of their own that have no twin.
        straight: they come from the inputs of the model and only move or scale them.
        maps: functions of single numbers among them, by their values.
    """
    place, rules = ("apply after", MISSING_RULES) if after else ("apply before", INNER_RULES)
    found = [_done_too(event, place, weights, addends, _rule(event, rules, straight)) for event in events]
    found += [Trial(OTHER_ACTIVATION, place, {"kind": "mapped", "xs": xs, "ys": ys}) for xs, ys in maps]
    if given is not None:
        found += [Trial(rule, "feed", {"value": given}) for rule in _skipped(events, stored, straight)]
    return found


def _done_too(
    event: Event, place: str, weights: Mapping[str, Weights], addends: Mapping[str, NDArray], rule: str
) -> Trial:
    if event.kind in NORMS:
        return Trial("norm-other", place, normalizing(event, weights.get(event.layer or "", {})))
    if event.path in addends:
        return Trial(_addend_rule(event), "add before", {"value": addends[event.path]})
    plain = {name: value for name, value in event.attributes.items() if isinstance(value, (int, float, bool, tuple))}
    return Trial(rule, place, {"kind": event.kind, **plain})


def _skipped(events: Sequence[Event], stored: Collection[str], straight: bool) -> Iterator[str]:
    """Rules of what cannot be done on the other side, but whose result can be handed on."""
    if any(event.layer in stored for event in events):
        yield "layer-missing"
    if straight and any(event.kind in PREPARING for event in events):
        yield "preprocessing-inside"
    if any("dropout" in event.kind for event in events):
        yield "train-mode-left-on"


def all_extra(events: Sequence[Event]) -> Trial | None:
    """The last of several functions of single numbers that PyTorch alone applies: leave it out, as all before it."""
    kinds = {event.kind for event in events}
    applied = APPLIED | ELEMENTWISE
    if len(events) < 2 or not kinds & applied or not kinds <= applied | FACTORS:
        return None
    return Trial(OTHER_ACTIVATION, "apply", {"kind": "identity"})


def extra(event: Event, stored: Collection[str] = (), straight: bool = True, at_end: bool = False) -> list[Trial]:
    """PyTorch does something that Keras does not: leave it out.

    Args:
        event: what PyTorch does.
        stored: layers of PyTorch with tensors of their own that have no twin.
        straight: it comes from the inputs of the model.
        at_end: it gives an output.
    """
    alone = event.layer in stored and event.kind not in NORMS and event.kind != "add"
    rule = "layer-missing" if alone else _rule(event, EXTRA_RULES if at_end else INNER_RULES, straight)
    left_out = [Trial(rule, "apply", {"kind": "identity"})]
    if event.kind in JOINING and len(event.sources) > 1:
        left_out.append(Trial(rule, "second alone"))
    return [Trial(_addend_rule(event), "without addend"), *left_out] if event.kind == "add" else left_out


def _addend_rule(event: Event) -> str:
    """What is added to every sample alike stands for positions only where a sample has steps, or pixels."""
    return "positions-missing" if len(event.shape) > 2 else "branch-missing"


def _rule(event: Event, rules: Mapping[str, str], straight: bool) -> str:
    """The rule for an operation that the other side lacks."""
    if "dropout" in event.kind:
        return "train-mode-left-on"
    if event.kind in JOINING and len(event.sources) > 1:
        return "branch-missing"
    prepares = straight and event.kind in PREPARING
    if event.kind in FACTORS and not prepares:
        return "scale-other"
    if event.kind in ("add", "subtract") and len(event.sources) == 1 and not prepares:
        return "shift-other"
    if event.kind in rules and (prepares or event.kind not in PREPARING):
        return rules[event.kind]
    return OTHER_ACTIVATION if event.kind in ACTIVATIONS | ELEMENTWISE else "wiring-other"
