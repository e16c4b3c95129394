"""One known difference between the frameworks."""

from __future__ import annotations

from dataclasses import dataclass

from parity.ladder import RUNGS

LADDER = (*RUNGS, "artifacts", "devices")
NOWHERE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What differs, how far, how to see it and how to take it away.

    Args:
        id: kebab-case words; what ``rule: <id>`` in the code refers to.
        title: one line.
        group: file of the book that has the rule.
        layers: classes and functions it concerns, as ``BatchNormalization``, ``nn.LSTM``, ``optim.Adam``.
        keras: formula or behaviour in Keras.
        torch: formula or behaviour in PyTorch.
        effect: what the difference does, and when.
        silent: neither a shape, nor a count, nor an error gives it away.
        size: largest absolute difference in float64 that its probe measures; None for an error, a shape or no probe.
        seen_at: rung of the ladder that sees it first; "none" where both sides are given the same data and weights.
        see: how to recognise it.
        fix_keras: what to change if Keras gives way.
        fix_torch: what to change if PyTorch gives way.
        probe: name of the function in tests/rules that measures the difference before and after the fix.
        reference: papers and API names.
    """

    id: str
    title: str
    group: str
    layers: tuple[str, ...]
    keras: str
    torch: str
    effect: str
    silent: bool
    size: float | None
    seen_at: str
    see: str
    fix_keras: str
    fix_torch: str
    reference: str
    probe: str | None = None
