"""``parity verify``: exported files against their manifest and recorded outputs."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder written by parity export")


def run(options: argparse.Namespace) -> int:
    from parity.exporting import verify

    findings = verify(options.folder)
    for path, wrong in findings:
        print(f"{'FAILED' if wrong else 'ok':<7} {path}{f'  {wrong}' if wrong else ''}")
    return 1 if any(wrong for _, wrong in findings) else 0
