"""Standard deviations and variances: divided by n or by n - 1."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.kinds import SPREADS
from parity.recording import Trial


def spread(suspect: Suspect) -> Iterator[Trial]:
    """The other divisor, also in what a layer with tensors does to them: kernels that are standardised."""
    if suspect.torch.kind in SPREADS or suspect.torch_weights:
        yield Trial("variance-correction", "other correction")
