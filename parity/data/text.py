"""Words to numbers: tokenizer, vocabulary, padding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from parity.errors import UsageError

PAD, UNK, START, END = "<PAD>", "<UNK>", "<START>", "<END>"

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """Lower-case words of letters only: ``"It's 2-D"`` -> it, s, d."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True)
class Vocabulary:
    """Words by id: ``<PAD>`` 0, ``<UNK>`` 1, then the others."""

    words: tuple[str, ...]
    ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", {word: index for index, word in enumerate(self.words)})

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Ids of words; unknown words are 1."""
        return [self.ids.get(token, 1) for token in tokens]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Words of ids, padding left out."""
        return [self.words[index] for index in ids if index]


def build_vocabulary(
    texts: Iterable[Sequence[str]], size: int | None = 10_000, min_frequency: int = 1, special: Sequence[str] = ()
) -> Vocabulary:
    """The most frequent words of tokenized texts; words of equal frequency in alphabetical order.

    Args:
        texts: the training texts only, as lists of words.
        size: most words, ``<PAD>``, ``<UNK>`` and ``special`` included; None for all.
        min_frequency: rarer words become ``<UNK>``.
        special: further entries that take the ids from 2 on.

    Raises:
        UsageError: for a size that leaves no room for the reserved entries.
    """
    reserved = (PAD, UNK, *special)
    if size is not None and size < len(reserved):
        raise UsageError(f"vocabulary={size}: expected at least {len(reserved)}", f"{', '.join(reserved)} take ids")
    counts = Counter(word for text in texts for word in text)
    ranked = sorted((-n, word) for word, n in counts.items() if n >= min_frequency)
    room = None if size is None else size - len(reserved)
    return Vocabulary(reserved + tuple(word for _, word in ranked[:room]))


def pad(sequences: Sequence[Sequence[int]], length: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Ids (N, length), cut at the end or padded with 0 at the end, and true lengths (N,).

    Raises:
        UsageError: for a length below 1, or a sequence without a token.
    """
    if length < 1:
        raise UsageError(f"length={length}: expected a positive whole number", "such as 100")
    ids = np.zeros((len(sequences), length), np.int32)
    lengths = np.array([min(len(sequence), length) for sequence in sequences], np.int32)
    if len(lengths) and lengths.min() == 0:
        raise UsageError(f"text {int(lengths.argmin())} has no word: expected at least one letter", "drop empty texts")
    for row, sequence in enumerate(sequences):
        ids[row, : lengths[row]] = sequence[:length]
    return ids, lengths
