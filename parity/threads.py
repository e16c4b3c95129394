"""Work on arrays beside the thread that fetches them; NumPy lets go of the interpreter meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
Found = TypeVar("Found")


def each_behind(function: Callable[[A, B], Found], pairs: Iterable[tuple[A, B]]) -> Iterator[Found]:
    """What ``function`` makes of each pair, in order, while the next pair is being made; no more than two are alive."""
    with ThreadPoolExecutor(1) as pool:
        running: Future[Found] | None = None
        for pair in pairs:
            if running is not None:
                yield running.result()
            running = pool.submit(function, *pair)
        if running is not None:
            yield running.result()
