"""What a diagnosis says: operations at fault, each with its cause."""

from __future__ import annotations

from dataclasses import dataclass, field

from parity.compare import PROOF_BOUND, Difference
from parity.fixes import fix_of
from parity.recording import Event
from parity.verdicts import Cause, Divergence

ROUNDING = 1e-6
"""What float32 constants can do to one operation, relative to its peak."""
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
        by: what was done to take it away, where a trial says it.
        whole: without the cause, nothing in front of the operation needs to be made good.
    """

    keras: Event
    torch: Event
    found: Difference
    cause: tuple[str, float] | None = None
    fed: bool = False
    whole: bool = False
    by: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Where two models part on one run, and why.

    Args:
        faults: in Keras's execution order.
        judged: so many operations were compared.
        worst: the largest difference of them all.
        place: the Keras path that it was found at.
    """

    faults: tuple[Fault, ...]
    judged: int
    worst: Difference = field(default_factory=lambda: Difference(0.0))
    place: str = ""

    @property
    def divergence(self) -> Divergence | None:
        """The first fault as a report shows it."""
        if not self.faults:
            return None
        fault = self.faults[0]
        found = fault.found
        return Divergence(
            fault.keras.path,
            fault.torch.path,
            found.figure,
            PROOF_BOUND,
            found.index,
            found.keras_value,
            found.torch_value,
            fault.keras.line,
            fault.torch.line,
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
        """Those that were named, with a fix for each side."""
        return tuple(_cause(fault, *fault.cause) for fault in self.faults if fault.cause)


def _cause(fault: Fault, rule: str, after: float) -> Cause:
    fix = fix_of(rule, fault.keras, fault.torch)
    return Cause(rule, fault.keras.path, fault.torch.path, True, fault.found.figure, after, fix)
