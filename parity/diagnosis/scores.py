"""A factor of the scores of an attention: queries times keys in front of a softmax, or the queries before that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from parity.diagnosis.alignment import SUMS
from parity.diagnosis.faults import Fault
from parity.hypotheses import FACTORS, PRODUCTS
from parity.hypotheses.positions import OTHER_TABLE
from parity.kinds import MASKING
from parity.recording import Event

PASSING = FACTORS | MASKING | {*SUMS, "dropout", "concatenate", "stack"}
"""What scores may go through on their way to the softmax, queries on theirs to the product."""
MULTIPLYING = (*PRODUCTS, "baddbmm")
CAP = "tanh"
JOINED = ("concatenate", "stack")
"""A factor of one part, such as the sign of a half that is turned, is none of the scores."""
WEIGHTING = (*MULTIPLYING, "multiply")


def named_by_scores(fault: Fault, keras: Sequence[Event], torch: Sequence[Event]) -> Fault:
    """The fault with the name that another factor has in an attention."""
    rule, after = fault.cause or ("", 0.0)
    if rule == "attention-scale" and _beside_cap(torch, fault.torch):
        return replace(fault, cause=("scale-other", after))
    if rule != "scale-other" or fault.torch.kind in JOINED or fault.by == OTHER_TABLE:
        return fault
    if _beside_cap(torch, fault.torch) or not (fault.torch in scaling(torch) or fault.keras in scaling(keras)):
        return fault
    return replace(fault, cause=("attention-scale", after))


def _beside_cap(events: Sequence[Event], event: Event) -> bool:
    """It feeds the tangent that keeps scores below a cap, or takes what that gives."""
    before = [events[source] for source in event.sources if source >= 0]
    number = next((n for n, each in enumerate(events) if each is event), None)
    behind = [each for each in events if number in each.sources]
    return any(each.kind == CAP for each in (*before, *behind))


def scaling(events: Sequence[Event]) -> list[Event]:
    """Products of queries and keys, and what has a part in those and in nothing else."""
    softmaxes = [n for n in _leading(events, _of_kinds(events, WEIGHTING), any) if events[n].kind == "softmax"]
    logits = _leading(events, softmaxes, all)
    products = [n for n in _of_kinds(events, MULTIPLYING) if n in logits and _of_two(events[n])]
    parts = (_behind(events, products) & logits) | _leading(events, products, all)
    return [events[n] for n in (*products, *(n for n in sorted(parts) if events[n].kind in PASSING))]


def _of_two(event: Event) -> bool:
    """A product of what two layers make, or two parts of one: every token with every token."""
    square = len(event.shape) > 2 and event.shape[-1] == event.shape[-2]
    return len(event.sources) > 1 or (square and "tensors" not in event.attributes)


def _of_kinds(events: Sequence[Event], kinds: Collection[str]) -> list[int]:
    return [n for n, event in enumerate(events) if event.kind in kinds]


def _leading(events: Sequence[Event], ends: Sequence[int], how: Callable[[Iterable[bool]], bool]) -> set[int]:
    """Operations of whose readers ``how`` many are one of ``ends``, or pass the value on to such a reader."""
    found, readers = set[int](), [list[int]() for _ in events]
    for n, event in enumerate(events):
        for source in (source for source in event.sources if source >= 0):
            readers[source].append(n)
    for n in reversed(range(len(events))):
        if readers[n] and how(r in ends or (r in found and events[r].kind in PASSING) for r in readers[n]):
            found.add(n)
    return found


def _behind(events: Sequence[Event], products: Sequence[int]) -> set[int]:
    """What is made of these products and passes their values on."""
    found = set(products)
    for n, event in enumerate(events):
        if event.kind in PASSING and found.intersection(event.sources):
            found.add(n)
    return found
