"""Inject every kind of fault into small zoo twins and print how often it is caught, named and placed.

Run: ``python benchmarks/mutants.py [--kinds a,b] [--families a,b] [--seeds 5] [--reports FILE]``.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "mutants" / "automatic"))

from injecting import Judgement, Mutant, judge, mutants


def main() -> int:
    arguments = _arguments()
    found: dict[str, list[Judgement]] = defaultdict(list)
    broken: list[tuple[Mutant, Exception]] = []
    for mutant in mutants(arguments.kinds, arguments.families, arguments.seeds):
        try:
            judgement = judge(mutant)
        except Exception as problem:
            broken.append((mutant, problem))
            print(f"{mutant.name}: {type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
            continue
        if judgement is not None:
            found[mutant.kind].append(judgement)
            _complain(judgement, arguments.reports)
    print(_table(found))
    everything = [judgement for rows in found.values() for judgement in rows]
    return int(bool(broken) or not all(j.caught and j.named and j.placed for j in everything))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", type=_words, default=())
    parser.add_argument("--families", type=_words, default=())
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--reports", type=Path, help="the reports of everything that was not right go to this file")
    return parser.parse_args()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _complain(judgement: Judgement, reports: Path | None) -> None:
    wrong = [name for name in ("caught", "named", "placed") if not getattr(judgement, name)]
    if not wrong:
        return
    line = f"{judgement.mutant.name} at {judgement.place}: not {', not '.join(wrong)}"
    print(line, flush=True)
    if reports is not None:
        with reports.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n{judgement.report}\n\n")


def _table(found: dict[str, list[Judgement]]) -> str:
    lines = [f"{'kind':32} families mutants  caught   named  placed  s each"]
    lines += [_row(kind, rows) for kind, rows in found.items()]
    lines.append(_row("all", [judgement for rows in found.values() for judgement in rows]))
    return "\n".join(lines)


def _row(name: str, rows: list[Judgement]) -> str:
    families = len({judgement.mutant.family for judgement in rows})
    shares = [_share(sum(getattr(j, what) for j in rows), len(rows)) for what in ("caught", "named", "placed")]
    seconds = sum(judgement.seconds for judgement in rows) / max(1, len(rows))
    return f"{name:32} {families:8} {len(rows):7} {' '.join(f'{share:>7}' for share in shares)} {seconds:7.1f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


if __name__ == "__main__":
    sys.exit(main())
