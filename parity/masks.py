"""By which numbers a mask is known: those that it adds to scores, and the weights that are left of what it hides."""

from __future__ import annotations

FAR_BELOW = -1e3
"""A mask hides with numbers below this."""
HIDDEN = 1e-12
"""A smaller weight of an attention is that of a position which is masked out."""
