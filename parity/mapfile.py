"""The file that says which layer of the one model is which of the other: written by a check, edited, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity.atomic import write_text
from parity.errors import UsageError
from parity.verdicts import Report

SCHEMA = "parity.map/1"


def read_map(path: Path | None) -> dict[str, str]:
    """Pairs of layers, and of tensors (``layer/name``), Keras -> Torch; several layers may be fused in one of Torch.

    Raises:
        UsageError: no such file, or not in the form that ``write_map`` writes.
    """
    if path is None:
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file", "parity check --save-map FILE writes one") from None
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{path}: cannot be read as JSON: {problem}", "parity check --save-map FILE writes one"
        ) from problem
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise UsageError(f'{path}: no "schema": "{SCHEMA}"', "parity check --save-map FILE writes one")
    pairs = {**_texts(path, found, "layers"), **_texts(path, found, "tensors")}
    twice = sorted({value for value in pairs.values() if list(pairs.values()).count(value) > 1})
    if twice:
        raise UsageError(f"{path}: {', '.join(twice)} given twice", "every Torch path has one partner")
    return pairs | _fused(path, found)


def _fused(path: Path, found: Mapping[str, Any]) -> dict[str, str]:
    groups = found.get("fused", {})
    if not isinstance(groups, dict) or not all(isinstance(group, list) for group in groups.values()):
        raise UsageError(f"{path}: 'fused' must map Torch paths to lists of Keras paths")
    return {str(layer): torch for torch, layers in groups.items() for layer in layers}


def _texts(path: Path, found: Mapping[str, Any], section: str) -> dict[str, str]:
    pairs = found.get(section, {})
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        raise UsageError(f"{path}: {section!r} must map Keras paths to Torch paths")
    return pairs


def write_map(report: Report, path: Path) -> None:
    """What the check of one pair matched, and what found no partner."""
    details: dict[str, Any] = {rung.rung: rung.details for rung in report.pairs[0].rungs}
    structure = details.get("structure", {})
    matched, left = structure.get("map", {"layers": {}, "tensors": {}}), structure.get("unmatched", {})
    text = json.dumps({"schema": SCHEMA, **matched, "unmatched": left}, indent=2, default=list)
    write_text(path, text + "\n")
