"""What every way to name a fault starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parity.compare import Difference
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.evidence import Evidence
from parity.diagnosis.faults import Fault
from parity.diagnosis.probing import Probing
from parity.hypotheses.colours import PREPARED
from parity.hypotheses.wiring import CENTRED, SPECTRA
from parity.recording import Event, Probe, Trial
from parity.rules.book import RULES

VANISHED = 1e-9
EXTENT = "more or less of it"
FEEDING = ("feed", "feed each", "feed one", "feed convolution", "swap input", "in other sequences")
HANDED = (
    *FEEDING,
    "reordered",
    "across samples",
    "lengthened",
    "cropped",
    EXTENT,
    "another window",
    "instead of a step",
    "on exchanged axes",
    "input scaled",
    "reverse input",
    "batch first",
)
"""Trials of what an operation is given, not of what it does."""
AT_BEGIN = frozenset({"recurrent-initial-state", "recurrent-state-order"})
"""Rules for what all layers of a recurrent stack are given: it shows in the first one."""


@dataclass(frozen=True)
class Known:
    """One pair in one run.

    Args:
        alignment: which operation is which.
        partners: operations without weights that are known to be equal, Keras number -> Torch number.
        loose: operations without weights that may be at fault, Keras number -> Torch number.
        probing: how the Torch model is run.
        evidence: what suspicions look at.
    """

    alignment: Alignment
    partners: Mapping[int, int]
    loose: Mapping[int, int]
    probing: Probing
    evidence: Evidence

    @property
    def alone_in_keras(self) -> frozenset[str]:
        """Layers with tensors that the other side lacks."""
        return self.evidence.pair.alone[0]

    @property
    def alone_in_torch(self) -> frozenset[str]:
        return self.evidence.pair.alone[1]

    def with_cause(self, k: int, t: int, found: Difference, tried: Sequence[Trial], figures: Sequence[float]) -> Fault:
        """Two operations that part, with the first suspicion that mends it.

        Args:
            figures: what each trial has left of the difference.
        """
        fault = Fault(self.alignment.keras[k], self.alignment.torch[t], found)
        best = best_trial(tried, figures, found.figure)
        if best is None:
            return fault
        trial, after = best
        if trial.action in HANDED or trial.rule in AT_BEGIN:
            fault = replace(fault, keras=self.alignment.keras[self.evidence.begin(k, t)])
        if (trial.action, trial.rule) == ("instead of a step", "pool-other"):
            fault = replace(fault, keras=feeding(self.alignment.keras, fault.keras))
        if trial.action == PREPARED:
            ours, theirs = feeding(self.alignment.keras, fault.keras), feeding(self.alignment.torch, fault.torch)
            fault = replace(fault, keras=ours, torch=theirs) if trial.options["handed"] else fault
        if trial.rule == CENTRED:
            fault = self._at_spectrum(k, t, fault)
        handed = trial.action in HANDED
        return replace(fault, cause=(trial.rule, after), fed=trial.action in FEEDING, handed=handed, by=trial.action)

    def _at_spectrum(self, k: int, t: int, fault: Fault) -> Fault:
        """The fault where both sides cut the signal into frames."""
        ours, theirs = sorted(self.alignment.above_in_keras(k)), sorted(self.alignment.above_in_torch(t))
        made = [self.alignment.keras[n] for n in ours if any(word in self.alignment.keras[n].kind for word in SPECTRA)]
        cut = [self.alignment.torch[n] for n in theirs if self.alignment.torch[n].kind in ("zero_padding", "unfold")]
        return replace(fault, keras=next(iter(made), fault.keras), torch=next(iter(cut), fault.torch))

    def forced(self) -> dict[int, Probe]:
        """Every matched operation is compared and replaced by the reference."""
        return self.probing.forced({**self.loose, **self.alignment.anchors})


def best_trial(tried: Sequence[Trial], figures: Sequence[float], before: float) -> tuple[Trial, float] | None:
    """The first suspicion that takes the difference away, and what is left of it."""
    for trial, after in zip(tried, figures, strict=True):
        if after <= VANISHED and after < before / 100 and trial.rule in RULES:
            return trial, after
    return None


def feeding(events: Sequence[Event], event: Event) -> Event:
    """The first operation that feeds ``event``; itself, where an input of the model does."""
    return next((events[source] for source in event.sources if source >= 0), event)
