"""``parity list``: the registry, without starting a framework."""

from __future__ import annotations

import argparse
import json
from typing import Any

from parity.ladder import RUNGS
from parity.zoo import Preset, Twin, presets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> int:
    rows = [_row(name, twin, preset) for name, twin, preset in presets()]
    if options.json:
        print(json.dumps({"schema": "parity.list/1", "rungs": list(RUNGS), "twins": rows}, indent=1))
        return 0
    width = max(len(row["name"]) for row in rows)
    print(f"{'name':<{width}}  {'parameters':>11}  {'source':<8}  {'data':<14}  what it is")
    for row in rows:
        print(
            f"{row['name']:<{width}}  {row['parameters']:>11,}  {row['source']:<8}  {row['data']:<14}  {row['summary']}"
        )
    print(f"\n{len(rows)} presets; each climbs {', '.join(RUNGS)}  (parity check NAME)")
    return 0


def _row(name: str, twin: Twin, preset: Preset) -> dict[str, Any]:
    return {
        "name": name,
        "parameters": preset.parameters,
        "source": preset.source,
        "data": preset.data,
        "summary": twin.summary,
        "keras": twin.keras,
        "torch": twin.torch,
        "arguments": dict(preset.arguments),
        "rungs": list(RUNGS),
    }
