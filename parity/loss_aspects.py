"""In what two losses differ, and the rules that know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from parity.aspects import Aspect, differing, one_each
from parity.loss_variants import SUM
from parity.recording import LossFacts

OF_LOSS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("takes", "labels", "clip", "epsilon", "swapped", "log_target", "full"), ""),
    (("reduce",), "loss-reduction"),
    (("inner",), "loss-sum-reduction"),
    (("broadcast",), "loss-broadcast"),
    (("smoothing",), "loss-label-smoothing"),
    (("weights", "divide", "smoothing_weighted", "positive_weight"), "loss-class-weights"),
    (("class_axis",), "loss-class-axis"),
    (("ignored",), "loss-other"),
    (("delta", "scale"), "loss-huber"),
    (("over",), "loss-dice-batch"),
    (("alpha",), "loss-focal-balance"),
    (("times",), "loss-factor"),
    (("sign", "offset"), "loss-cosine-sign"),
    (("mapped",), "loss-hinge-labels"),
    (("gamma", "factor", "added", "squared", "shares", "power"), "loss-other"),
)
OF_KIND = {
    ("binary_cross_entropy", "loss-label-smoothing"): "loss-binary-smoothing",
    ("divergence", "loss-sum-reduction"): "loss-kl-divergence",
    ("divergence", "loss-other"): "loss-kl-divergence",
    ("divergence", ""): "loss-kl-divergence",
    ("poisson", ""): "loss-poisson",
}


def loss_aspects(ours: LossFacts, theirs: LossFacts, outputs: Sequence[NDArray]) -> Iterator[Aspect]:
    """Every difference of Torch's loss from Keras's; none where nobody knows what Keras's is.

    Args:
        ours, theirs: the losses, of one output or of several.
        outputs: those of the model, in the order of Keras.
    """
    if not ours.kind:
        return
    if ours.kind != theirs.kind:
        yield Aspect("loss", "loss-other", ("kind",))
        return
    if ours.kind != SUM:
        yield from _of_one(ours, theirs, outputs[0])
        return
    for number, (one, other) in enumerate(zip(ours.parts, theirs.parts, strict=True)):
        yield from (replace(each, output=number) for each in _of_one(one, other, outputs[number]))


def with_aspects(ours: LossFacts, theirs: LossFacts, taken: Sequence[Aspect]) -> LossFacts | None:
    """Torch's loss with some aspects as Keras has them; None if its formula is not known, or none is taken."""
    if not taken:
        return None
    if any(each.output is None and "kind" in each.names for each in taken):
        return ours
    if theirs.kind != SUM:
        return _exchanged(ours, theirs, taken) if theirs.kind else None
    of_each = ([each for each in taken if each.output == number] for number in range(len(theirs.parts)))
    return replace(theirs, parts=tuple(map(_exchanged, ours.parts, theirs.parts, of_each)))


def _exchanged(ours: LossFacts, theirs: LossFacts, taken: Sequence[Aspect]) -> LossFacts:
    names = {name for each in taken for name in each.names}
    base = ours if "kind" in names else theirs
    lacking = {name for name in names if name not in ours.numbers}
    kept = {name: value for name, value in base.numbers.items() if name not in lacking}
    return replace(base, numbers=kept | {name: ours.numbers[name] for name in names if name in ours.numbers})


def _of_one(ours: LossFacts, theirs: LossFacts, output: NDArray) -> Iterator[Aspect]:
    """Of one output."""
    if ours.kind != theirs.kind:
        yield Aspect("loss", "loss-other", ("kind",))
        return
    found = list(differing("loss", OF_LOSS, ours.numbers, theirs.numbers))
    yield from one_each([replace(each, rule=_rule_of(each, ours, theirs, output)) for each in found])


def _rule_of(aspect: Aspect, ours: LossFacts, theirs: LossFacts, output: NDArray) -> str:
    """Divided by the samples alone, a divergence of sequences has the mean of the library and not a sum."""
    if ours.kind == "divergence" and aspect.names == ("reduce",) and theirs.numbers["reduce"] == "samples":
        return "loss-kl-divergence"
    return OF_KIND.get((ours.kind, aspect.rule), aspect.rule) or _taken_for(ours.numbers, theirs.numbers, output)


def _taken_for(ours: Mapping[str, Any], theirs: Mapping[str, Any], output: NDArray) -> str:
    """One side takes the outputs for logits, the other for probabilities: which of them is right?"""
    if ours["takes"] == theirs["takes"]:
        return "loss-binary-clip"
    if not ((output >= 0) & (output <= 1)).all():
        return "softmax-missing"
    return "loss-log-missing" if theirs["takes"] == "logarithms" else "softmax-twice"
