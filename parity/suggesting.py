"""The nearest known word to one that is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word most like ``word``, upper and lower case being the same; None if none is like it.

    Args:
        word: the unknown one.
        known: all there are.
        likeness: share of equal letters that is needed, from 0 to 1.
    """
    spelled = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=likeness)
    return spelled[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str, likeness: float = 0.6) -> str:
    """A hint: the nearest known word, or what there is to say if none is near."""
    found = nearest(word, known, likeness)
    return f"did you mean {found!r}?" if found else otherwise
