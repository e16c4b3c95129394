"""What a diagnosis says: operations at fault, each with its cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from parity.compare import PROOF_BOUND, Difference
from parity.fixes import fix_of
from parity.recording import Event
from parity.verdicts import Cause, Divergence

ROUNDING = 1e-6
"""What float32 constants can do to one operation, relative to its peak."""
REORDERED = frozenset({"reshape-order"})
"""Rules for what puts numbers into another order: an operation of its own, in front of the one that shows it."""
OTHER_FUNCTION = "another function of single numbers"
"""What is done in one operation here and in several there."""
LAST_RESORT = "wiring-other"
"""The rule for an operation that is right, and was handed something else."""


@dataclass(frozen=True)
class Fault:
    """One operation whose value parts from the reference though its inputs do not.

    Args:
        keras, torch: where, on each side.
        found: the difference on the same inputs.
        cause: the rule whose removal makes it vanish, with the figure after; None if no suspicion was right.
        fed: the cause is what the operation was given.
        handed: so it is, or the same numbers otherwise: in another order, of another type.
        by: what was done to take it away, where a trial says it.
        whole: without the cause, nothing in front of the operation needs to be made good.
    """

    keras: Event
    torch: Event
    found: Difference
    cause: tuple[str, float] | None = None
    fed: bool = False
    handed: bool = False
    whole: bool = False
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Nothing explains it, but that the operation was handed something else."""
        return self.cause is None or (self.fed and self.cause[0] == LAST_RESORT)

    @property
    def places(self) -> tuple[Event, Event]:
        """What is at fault on each side: the operation, or what moved the numbers in front of it."""
        if self.cause is None or not self.handed or self.cause[0] not in REORDERED:
            return self.keras, self.torch
        return _at_mover(self.keras), _at_mover(self.torch)


def each_once(faults: Iterable[Fault]) -> list[Fault]:
    """Without those that find the same cause at the same operation of PyTorch, which several others read."""
    found: dict[tuple[int, str | int], Fault] = {}
    for number, fault in enumerate(faults):
        found.setdefault((id(fault.torch), fault.cause[0] if fault.cause else number), fault)
    return list(found.values())


@dataclass(frozen=True)
class Diagnosis:
    """Where two models part on one run, and why.

    Args:
        faults: in Keras's execution order.
        judged: so many operations were compared.
        worst: the largest difference of them all.
        place: the Keras path that it was found at.
        unlike: rectifiers that give the same here and state other bounds; see ``bounds``.
        lone: one side has rectifiers that the other has not, or elsewhere.
    """

    faults: tuple[Fault, ...]
    judged: int
    worst: Difference = field(default_factory=lambda: Difference(0.0))
    place: str = ""
    unlike: tuple[tuple[Event, Event], ...] = ()
    lone: bool = False

    @property
    def divergence(self) -> Divergence | None:
        """The first fault as a report shows it."""
        if not self.faults:
            return None
        found, (keras, torch) = self.faults[0].found, self.faults[0].places
        return Divergence(
            keras.path,
            torch.path,
            found.figure,
            PROOF_BOUND,
            found.index,
            found.keras_value,
            found.torch_value,
            keras.line,
            torch.line,
        )

    @property
    def faint(self) -> bool:
        """All that was found may be constants that one side keeps in float32."""
        causes = [fault.cause for fault in self.faults if fault.cause]
        rounding = all(fault.found.figure <= ROUNDING for fault in self.faults)
        return bool(self.faults) and rounding and all(rule == "constants-through-float32" for rule, _ in causes)

    @property
    def open(self) -> bool:
        """A place has no cause, or none but that it was handed something else."""
        return any(fault.cause is None or fault.cause[0] == LAST_RESORT for fault in self.faults)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Those that were named, each once, with a fix for each side."""
        found = [_cause(fault, *fault.cause) for fault in self.faults if fault.cause]
        return tuple({(cause.rule, cause.keras, cause.torch): cause for cause in reversed(found)}.values())[::-1]


def _cause(fault: Fault, rule: str, after: float) -> Cause:
    keras, torch = fault.places
    fix = fix_of(rule, keras, torch, by_kind=fault.by != OTHER_FUNCTION)
    return Cause(rule, keras.path, torch.path, True, fault.found.figure, after, fix)


def _at_mover(event: Event) -> Event:
    return event if event.moved is None else replace(event, path=event.moved.path, line=event.moved.line)
