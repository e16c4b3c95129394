"""Names on the command line: exact, or refused with a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parity.errors import UsageError
from parity.suggesting import did_you_mean
from parity.zoo import TWINS, Preset, Twin, presets

Named = tuple[str, Twin, Preset]


def select(names: Sequence[str], everything: bool = False) -> list[Named]:
    """The presets behind the names; a twin's name stands for all of its presets.

    Raises:
        UsageError: an unknown name, or none.
    """
    known = list(presets())
    if everything:
        return known
    if not names:
        raise UsageError(
            "no NAME given", "parity check cnn, parity check --all, or --keras FILE.py:OBJ --torch FILE.py:OBJ"
        )
    chosen: dict[str, Named] = {}
    for name in names:
        found = [entry for entry in known if name in (entry[0], entry[1].name)]
        if not found:
            everything_known = [twin.name for twin in TWINS] + [entry[0] for entry in known]
            raise UsageError(f"no twin {name!r}: expected a name of 'parity list'", suggestion(name, everything_known))
        chosen.update((entry[0], entry) for entry in found)
    return list(chosen.values())


def suggestion(word: str, known: Iterable[str]) -> str:
    if ":" in word:
        return "objects of your own go behind --keras FILE.py:OBJ and --torch FILE.py:OBJ"
    return did_you_mean(word, known, "parity list shows them all", likeness=0.5)
