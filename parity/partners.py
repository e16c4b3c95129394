"""What stands on the right of a map: one Torch path, several that belong together, and how they are to be taken."""

from __future__ import annotations

TOGETHER = " + "
"""Between the paths of Torch layers that one layer of Keras makes at once."""
TAKEN = " @ "
"""In front of the number of heads by which parts take turns, or of the order in which a cell makes its gates."""
TRANSPOSED = "transposed"
"""Stands there for a matrix that Keras has the other way round; the order of axes, as ``1 2 0``, where that leaves it
open."""


def paths_in(partner: str) -> tuple[str, ...]:
    """The Torch paths in what a map gives to a Keras layer."""
    return tuple(untaken(partner).split(TOGETHER))


def untaken(partner: str) -> str:
    """The paths as they are written, without heads or order."""
    return partner.partition(TAKEN)[0]


def axes_in(partner: str) -> tuple[int, ...]:
    """The order of axes that a map states: of the Torch tensor in Keras, or of a patch as a dense layer lists them."""
    words = taken_by(partner).split()
    return tuple(map(int, words)) if len(words) > 1 and all(word.isdecimal() for word in words) else ()


def taken_by(partner: str) -> str:
    """Heads or order, behind the paths; empty without."""
    return partner.partition(TAKEN)[2]
