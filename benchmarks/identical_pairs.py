"""False alarms on networks that are identical by construction (``random_twins``).

Run: ``python benchmarks/identical_pairs.py`` (500 pairs), or ``python benchmarks/identical_pairs.py FIRST COUNT``.
Every pair climbs to its gradients, in float64 and float32. Prints the pairs that did not pass, with the reason.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from random_twins import plan

from parity.checking import climb_references
from parity.process import two_processes
from parity.sides.source import Source
from parity.verdicts import PairReport

NETS = Path(__file__).with_name("random_twins.py")
AT_ONCE = 50
"""So many pairs share one pair of processes: graphs of old models are never quite freed."""


def main(words: Sequence[str]) -> int:
    first, count = (int(words[0]), int(words[1])) if len(words) == 2 else (0, 500)
    began, verdicts, alarms = time.perf_counter(), Counter[str](), 0
    for begin in range(first, first + count, AT_ONCE):
        with two_processes() as duo:
            for number in range(begin, min(begin + AT_ONCE, first + count)):
                sources = [Source(f"{NETS}:{name}", {"number": number}) for name in ("keras_model", "torch_model")]
                report = climb_references(duo, *sources)
                verdicts[report.verdict.value] += 1
                alarms += bool(report.causes)
                if not report.verdict.green or report.causes:
                    print(_line(number, report), flush=True)
        print(f"{begin + AT_ONCE - first:5}  {dict(verdicts)}  {time.perf_counter() - began:.0f} s", flush=True)
    print(f"pairs {count}, verdicts {dict(verdicts)}, with causes {alarms}")
    return int(verdicts["fail"] + verdicts["error"] + alarms > 0)


def _line(number: int, report: PairReport) -> str:
    drawn = plan(number)
    what = f"{number:5}  {drawn.family}, depth {len(drawn.widths)}, widths {sorted(set(drawn.widths))}"
    bad = next((rung for rung in report.rungs if not rung.verdict.green), None)
    causes = ", ".join(cause.rule for cause in report.causes)
    return f"{what}: {bad.rung if bad else ''} {report.verdict.value} {bad.reason if bad else ''} {causes}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
