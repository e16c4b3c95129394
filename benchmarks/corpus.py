"""Judge every pair of ``tests/pairs`` and print how often the verdict, the place and the cause were right.

Run: ``python benchmarks/corpus.py`` (all), or with parts of names: ``python benchmarks/corpus.py hub/bert loaded``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "pairs"))

from judging import Judge, Judgement
from truth import KnownPair, known_pairs

Row = tuple[KnownPair, Judgement | None]


def main(words: Sequence[str]) -> int:
    pairs = [pair for pair in known_pairs() if not words or any(word in pair.name for word in words)]
    rows: list[Row] = []
    with Judge() as judge:
        for pair in pairs:
            rows.append((pair, _attempt(judge, pair)))
            print(_line(*rows[-1]), flush=True)
    print(_summary(rows))
    return int(any(found is None or found.complaints for _, found in rows))


def _attempt(judge: Judge, pair: KnownPair) -> Judgement | None:
    try:
        return judge(pair)
    except Exception as problem:
        print(f"{pair.name}: {type(problem).__name__}: {problem}", file=sys.stderr)
        return None


def _line(pair: KnownPair, found: Judgement | None) -> str:
    truth = "identical" if pair.identical else pair.causes[0].rules[0]
    if found is None:
        return f"{pair.name:40} {truth:26} could not be judged"
    outcome = ", ".join((*found.complaints, *found.false_alarms)) or "right"
    return f"{pair.name:40} {truth:26} {found.seconds:5.1f} s  {outcome}"


def _summary(rows: Sequence[Row]) -> str:
    judged = [(pair, found) for pair, found in rows if found is not None]
    differing = [found for pair, found in judged if not pair.identical]
    identical = [found for pair, found in judged if pair.identical]
    wanted = sum(not pair.identical for pair, _ in rows)
    lines = (
        ("pairs", f"{len(rows)}, of them {len(rows) - wanted} identical"),
        ("judged", _share(len(judged), len(rows))),
        ("verdict right", _share(sum(found.verdict_right for _, found in judged), len(rows))),
        ("first divergence right", _share(sum(found.place_right for found in differing), wanted)),
        ("causes right and confirmed", _share(sum(found.causes_right for found in differing), wanted)),
        ("false alarms", str(sum(bool(found.false_alarms) or not found.verdict_right for found in identical))),
        ("seconds", f"{sum(found.seconds for _, found in judged):.0f}"),
    )
    return "\n".join(f"{name:27} {value}" for name, value in lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
