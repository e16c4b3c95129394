"""Standard deviations and variances: divided by n or by n - 1."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial

SPREADS = ("std", "var", "std_mean", "var_mean")


def spread(suspect: Suspect) -> Iterator[Trial]:
    """The other divisor."""
    if suspect.torch.kind in SPREADS:
        yield Trial("variance-correction", "other correction")
