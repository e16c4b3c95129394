"""Attention: masks, scores, the order of its axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from numpy.typing import NDArray

from parity.hypotheses.suspect import Suspect
from parity.masks import FAR_BELOW
from parity.matching import MASKING
from parity.recording import NO_FAULT, Event, Trial

PATTERNS: Mapping[str, str] = {
    "heads": "attention-heads",
    "opposite": "attention-mask-polarity",
    "backwards": "attention-causal",
    "crosswise": "permute-axes",
    "causal": "attention-causal",
    "window": "attention-mask-other",
    "inverted": "attention-mask-polarity",
    "masked": "attention-mask-missing",
    "scaled": "attention-scale",
}


OF_MASKS = ("opposite", "backwards", "crosswise", "causal", "window", "inverted", "masked")
"""Those of them in which the one side sees what the other does not."""
MASKED = ("softmax", "attention", "multi_head_attention", "masked_fill", "where", "add")
"""Operations that hide positions, or see what was hidden."""
RESULT_TURNED = "result turned"
WEIGHTS_TURNED = "weights turned"
"""A softmax over queries: where scores are stored keys by queries, it is as if its weights stood the wrong way."""
SUMS = frozenset({"add", "subtract"})
"""A mask of numbers is added, or taken off."""
LUONG = ("Attention",)
"""Layers of Keras that divide the scores by nothing."""
PRODUCTS = ("matmul", "bmm", "einsum", "attention")


def products() -> list[Trial]:
    """Queries times keys, or weights times values: another scale, or heads that were cut by a plain view."""
    factors = [{"size": size, "up": up} for up in (False, True) for size in ("head", "heads", "width")]
    return [*(Trial("attention-scale", "scores times", factor) for factor in factors), *_turned(), *_reread()]


def _turned() -> list[Trial]:
    """A square factor, such as the edges of a graph, from the other side; weights whose softmax has the other axis."""
    ways = (("softmax-axis", WEIGHTS_TURNED), ("permute-axes", "factor turned"))
    return [Trial(rule, action, {"place": place}) for rule, action in ways for place in (0, 1)]


def turned_factor(suspect: Suspect) -> Iterator[Trial]:
    """Products of values, in which a square one may stand the other way; keys times queries for queries times keys."""
    if suspect.torch.kind in PRODUCTS:
        yield from _turned()
        yield Trial("wiring-other", RESULT_TURNED)


def _reread() -> Iterator[Trial]:
    for inverse in (False, True):
        for args, result in ((True, False), (False, True), (True, True)):
            options = {"args": args, "result": result, "inverse": inverse}
            yield Trial("reshape-order", "heads reread", options)


def attention(suspect: Suspect) -> Iterator[Trial]:
    """An attention of PyTorch's own."""
    if suspect.torch.kind == "multi_head_attention":
        yield Trial("attention-mask-polarity", "invert masks")
        yield Trial("attention-mask-other", "mask reread")
        yield Trial("attention-batch-first", "batch first")
    if suspect.torch.kind in ("multi_head_attention", "attention"):
        yield Trial("attention-causal", "causal")
        yield from masked(suspect.torch, suspect.seen)
    if suspect.torch.kind in ("multi_head_attention", "attention") and suspect.value is not None:
        luong = suspect.keras.kind == "attention" and suspect.keras.native in LUONG
        rule = "attention-luong-scale" if luong else "attention-scale"
        yield Trial(rule, "scores scaled to", {"reference": suspect.value})
    if suspect.torch.kind in PRODUCTS and len(suspect.torch.shape) == 4:
        yield from _reread()


def masked(event: Event, seen: NDArray | None) -> Sequence[Trial]:
    """The mask of Keras in place of one's own, named by how the two differ."""
    if seen is None or event.kind not in MASKED:
        return ()
    return [Trial(PATTERNS[pattern], "masked like", {"seen": seen, "pattern": pattern}) for pattern in OF_MASKS]


def hidden_alike(suspect: Suspect) -> Iterator[Trial]:
    """Masks that hide the same behind other numbers, which is no fault: -1e9 and minus infinity."""
    if {suspect.keras.kind, suspect.torch.kind} <= MASKING | SUMS and suspect.value is not None:
        yield Trial(NO_FAULT, "hidden alike", {"value": suspect.value})


def scores(suspect: Suspect) -> Iterator[Trial]:
    """The weights of an attention, or their masked logits: who may be seen, and how sharply."""
    logits = _logits(suspect)
    if logits is None or logits.ndim not in (3, 4):
        return
    weights = suspect.keras.kind == "softmax"
    hides = logits.min() < FAR_BELOW
    heads = logits.ndim == 4 and {suspect.keras.kind, suspect.torch.kind} <= MASKING | {"softmax"}
    for pattern, rule in PATTERNS.items():
        if heads or (hides and pattern in OF_MASKS):
            yield Trial(rule, "scores", {"value": logits, "pattern": pattern, "weights": weights})


def repeated(suspect: Suspect) -> Iterator[Trial]:
    """Heads, or steps, that are repeated each by itself or all in turn."""
    if suspect.torch.kind == suspect.keras.kind == "repeat" and suspect.value is not None:
        rule = "attention-grouped-heads" if suspect.value.ndim == 4 else "reshape-order"
        yield Trial(rule, "repeated otherwise", {"reference": suspect.value})


def _logits(suspect: Suspect) -> NDArray | None:
    kinds = {suspect.keras.kind, suspect.torch.kind}
    if kinds == {"softmax"}:
        return suspect.inputs[0] if suspect.inputs else None
    hiding = suspect.keras.kind in MASKING | SUMS and suspect.torch.kind in MASKING | SUMS | {"multiply"}
    return suspect.value if hiding else None
