"""Docstrings as token sequences: batches for the checks, data sets for training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from parity.data.dataset import DataSet, Part, Plan
from parity.data.docstrings import LIBRARIES, docstrings
from parity.data.draws import Draw, Labels, Request, expect, pick
from parity.data.text import END, START, Vocabulary, build_vocabulary, pad
from parity.errors import UsageError


def draw_docstrings(source: str, request: Request, *, vocabulary: int = 1000, next_token: bool = False) -> Draw:
    """Openings of docstrings of different lengths, padded with 0 at the end; label: which library.

    Every sample has a token, and one is shorter than the input if there is room.

    Args:
        source: unused.
        request: an input of one axis, whole numbers.
        vocabulary: ids lie in [0, vocabulary).
        next_token: labels are the token that follows each position, 0 where it is padded or the last.
    """
    expect(request, source, "int", (1,))
    rng, documents = request.rng(), docstrings()
    chosen = [documents[index] for index in pick(rng, len(documents), request.count)]
    known = _vocabulary(vocabulary, ())
    texts = [known.encode(doc.words) for doc in chosen]
    draw = _sequences(texts, [text[1:] for text in texts], request)
    return draw if next_token else Draw(draw.values, np.array([doc.library for doc in chosen], np.int64))


def draw_pairs(source: str, request: Request, *, vocabulary: int = 1000) -> Draw:
    """Summarise a docstring: the first input is its body, the second ``<START>`` and its first paragraph.

    Labels are the paragraph and ``<END>``, one per position of the second input, 0 where it is padded.
    ``<START>`` is 2 and ``<END>`` is 3.
    """
    expect(request, source, "int", (1,))
    if request.index > 1:
        raise UsageError(f"input {request.name!r}: source {source!r} serves two inputs", "the source, then the target")
    documents = [doc for doc in docstrings() if doc.rest]
    chosen = [documents[i] for i in pick(np.random.default_rng(request.seed), len(documents), request.count)]
    known = _vocabulary(vocabulary, (START, END))
    if request.index == 0:
        return Draw(_sequences([known.encode(doc.rest) for doc in chosen], None, request).values)
    summaries = [known.encode(doc.summary) for doc in chosen]
    start, end = known.ids[START], known.ids[END]
    return _sequences([[start, *text] for text in summaries], [[*text, end] for text in summaries], request)


def _sequences(texts: Sequence[list[int]], following: Sequence[list[int]] | None, request: Request) -> Draw:
    """Each text cut to a random length and padded, with what follows each token as label.

    The first is cut only by the input's length; the last is shorter than that where it can be.
    """
    (length,) = request.shape
    longest = request.rng().integers(1, length + 1, len(texts))
    longest[0] = length
    longest[-1] = min(longest[-1], max(1, length - 1))
    ids, _ = pad([text[:limit] for text, limit in zip(texts, longest, strict=True)], length)
    if following is None:
        return Draw(ids)
    labels = np.zeros(ids.shape, np.int64)
    for row, (text, limit) in enumerate(zip(following, longest, strict=True)):
        labels[row, : min(limit, len(text))] = text[:limit]
    return Draw(ids, labels)


@lru_cache
def _vocabulary(size: int, special: tuple[str, ...]) -> Vocabulary:
    return build_vocabulary((doc.words for doc in docstrings()), size, special=special)


def load_docstrings(
    name: str, plan: Plan, *, length: int = 100, vocabulary: int = 10_000, min_frequency: int = 1
) -> DataSet:
    """Which library is this docstring from? Tokens (N, length) int32 with true lengths."""
    documents = docstrings()
    labels = np.array([doc.library for doc in documents], np.int64)
    return text_set(name, plan, [doc.words for doc in documents], labels, LIBRARIES, length, vocabulary, min_frequency)


def text_set(
    name: str,
    plan: Plan,
    texts: Sequence[Sequence[str]],
    labels: Labels,
    classes: tuple[str, ...],
    length: int,
    vocabulary: int,
    min_frequency: int,
) -> DataSet:
    """Tokenized texts as padded ids; the vocabulary is that of the training part."""
    indices = plan.indices(len(texts), labels)
    known = build_vocabulary((texts[i] for i in indices[0]), vocabulary, min_frequency)
    train, validation, test = (_part([known.encode(texts[i]) for i in part], labels[part], length) for part in indices)
    return DataSet(name, "text", "classification", train, validation, test, classes, known)


def _part(texts: Sequence[Sequence[int]], labels: Labels, length: int) -> Part:
    ids, lengths = pad(texts, length)
    return Part(ids, labels, lengths)
